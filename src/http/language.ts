import { DEFAULT_LOCALE, LOCALES, type Locale, localeOf, localeOfAny, type Words, wordsIn } from '../i18n/index.ts';
import type { Context, Middleware } from './context.ts';

/** Takes the language that the browser prefers of those we speak (`Accept-Language`, RFC 9110 §12.5.4). */
export const language: Middleware = (ctx, next) => {
  ctx.state.locale = localeOf(ctx.acceptsLanguages(...LOCALES) || undefined) ?? DEFAULT_LOCALE;
  ctx.vary('Accept-Language');
  return next();
};

/**
 * Takes another language for the rest of the answer: what the application asked for (`ui_locales`), else the person's
 * own. What neither of them says leaves the browser's.
 * @returns the language that was taken; undefined where it is the browser's.
 */
export function preferLanguage(ctx: Context, uiLocales: unknown, own: Locale | undefined): Locale | undefined {
  const preferred = localeOfAny(uiLocales) ?? own;
  ctx.state.locale = preferred ?? ctx.state.locale;
  return preferred;
}

/** The words in the answer's language. */
export const wordsFor = (ctx: Context): Words => wordsIn(ctx.state.locale);
