import { createDocument } from 'zod-openapi';
import type { Credential } from './description.ts';
import type { Route } from './route.ts';

export type Document = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 document of all routes, written from the schemas that validate. */
export function documentOf(issuer: string, routes: readonly Route[]): Document {
  const paths: Record<string, Record<string, Route['operation']>> = {};
  for (const { path, method, operation } of routes) paths[path] = { ...paths[path], [method]: operation };
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version: 'v1', description: DESCRIPTION },
    servers: [{ url: issuer }],
    paths,
    components: { securitySchemes },
  });
}

const DESCRIPTION = [
  'Bodies are JSON of up to 64 KiB where nothing else is said; a member that is not known is a 422. Times are RFC 3339 in UTC.',
  'Errors are problem details (RFC 9457): branch on `code`, and give `correlation_id` to whoever runs the server.',
].join(' ');

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token (RFC 9068) for the resource of this API: the server’s address and `/v1`.',
  },
  dpop: {
    type: 'http',
    scheme: 'DPoP',
    bearerFormat: 'JWT',
    description: 'Such a token that is bound to a key, with a proof in the header `DPoP` (RFC 9449).',
  },
  basic: { type: 'http', scheme: 'basic', description: 'A confidential client’s id and secret (RFC 6749 §2.3.1).' },
  client_id: {
    type: 'apiKey',
    in: 'query',
    name: 'client_id',
    description: 'A public client’s id. From a browser, only at the origin of one of its `redirect_uris`.',
  },
} as const satisfies Record<Credential, object>;
