import { DEFAULT_LOCALE, LOCALES, type Locale, localeOf, localeOfAny, type Words, wordsIn } from '../i18n/index.ts';
import type { Context } from './context.ts';

/**
 * The answer's language: the one that was taken for it, else what the browser prefers of those we speak (`Accept-Language`,
 * RFC 9110 §12.5.4). An answer depends on that header only where somebody asks for this.
 */
export function languageOf(ctx: Context): Locale {
  ctx.vary('Accept-Language');
  const locale = ctx.state.locale ?? preferred(ctx);
  ctx.state.locale = locale;
  return locale;
}

const preferred = (ctx: Context): Locale => localeOf(ctx.acceptsLanguages(...LOCALES) || undefined) ?? DEFAULT_LOCALE;

/**
 * Takes another language for the rest of the answer: what the application asked for (`ui_locales`), else the person's
 * own. What neither of them says leaves the browser's.
 * @returns the language that was taken; undefined where it is the browser's.
 */
export function preferLanguage(ctx: Context, uiLocales: unknown, own: Locale | undefined): Locale | undefined {
  const taken = localeOfAny(uiLocales) ?? own;
  if (taken) ctx.state.locale = taken;
  return taken;
}

/** The words in the answer's language. */
export const wordsFor = (ctx: Context): Words => wordsIn(languageOf(ctx));
