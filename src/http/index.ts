/**
 * What every request passes, and what every page is made with: correlation, log, errors, headers, forms, rendering.
 * Knows no domain.
 */
export { accessLog } from './access-log.ts';
export { assets } from './assets.ts';
export { type CertificateReader, type ClientCertificate, certificateReader } from './client-certificate.ts';
export type { Context, Middleware, State } from './context.ts';
export { type CookieKeys, createCookieKeys } from './cookie-keys.ts';
export { correlation } from './correlation.ts';
export { type Csrf, createCsrf } from './csrf.ts';
export { errors } from './errors.ts';
export { field, formParameters, hasField, optionalField, readForm } from './form.ts';
export { type Checks, health } from './health.ts';
export { jsonReader, type ReadJson, type SentJson, UNSUPPORTED_MEDIA_TYPE } from './json.ts';
export { languageOf, preferLanguage, wordsFor } from './language.ts';
export type { ApiDocs, AppHead } from './page-parts.ts';
export { createRenderer, webAddress } from './render.ts';
export { createMailRenderer } from './render-mail.ts';
export { knowOrigin } from './request-origin.ts';
export { HSTS, securityHeaders } from './security-headers.ts';
export { createShow, type Show } from './show.ts';
export { within } from './within.ts';
