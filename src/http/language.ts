import { DEFAULT_LOCALE, LOCALES, type Locale, localeOf, localeOfAny, type Words, wordsIn } from '../i18n/index.ts';
import type { Context, Middleware } from './context.ts';

/** Takes the language that the browser prefers of those we speak (`Accept-Language`, RFC 9110 §12.5.4). */
export const language: Middleware = (ctx, next) => {
  ctx.state.locale = localeOf(ctx.acceptsLanguages(...LOCALES) || undefined) ?? DEFAULT_LOCALE;
  ctx.vary('Accept-Language');
  return next();
};

/**
 * Takes another language for the rest of the answer: what the application asked for (`ui_locales`), else what the
 * person has chosen. What neither of them says leaves the browser's.
 */
export function preferLanguage(ctx: Context, uiLocales: unknown, own: Locale | string | undefined): void {
  ctx.state.locale = localeOfAny(uiLocales) ?? localeOf(own) ?? ctx.state.locale;
}

/** The words in the answer's language. */
export const wordsFor = (ctx: Context): Words => wordsIn(ctx.state.locale);
