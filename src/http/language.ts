import { LRUCache } from 'lru-cache';
import { DEFAULT_LOCALE, LOCALES, type Locale, localeOf, localeOfAny, type Words, wordsIn } from '../i18n/index.ts';
import type { Context, Middleware } from './context.ts';

/** Takes the language that the browser prefers of those we speak (`Accept-Language`, RFC 9110 §12.5.4). */
export const language: Middleware = (ctx, next) => {
  ctx.state.locale = preferred(ctx);
  ctx.set('Vary', 'Accept-Language');
  return next();
};

/** Browsers say the same at every request, and few different things, none of them long. */
const LONGEST = 200;
const latest = new LRUCache<string, Locale>({ max: 500 });

function preferred(ctx: Context): Locale {
  const header = ctx.get('Accept-Language');
  const known = latest.get(header);
  if (known) return known;
  const locale = localeOf(ctx.acceptsLanguages(...LOCALES) || undefined) ?? DEFAULT_LOCALE;
  if (header.length <= LONGEST) latest.set(header, locale);
  return locale;
}

/**
 * Takes another language for the rest of the answer: what the application asked for (`ui_locales`), else the person's
 * own. What neither of them says leaves the browser's.
 * @returns the language that was taken; undefined where it is the browser's.
 */
export function preferLanguage(ctx: Context, uiLocales: unknown, own: Locale | undefined): Locale | undefined {
  const taken = localeOfAny(uiLocales) ?? own;
  ctx.state.locale = taken ?? ctx.state.locale;
  return taken;
}

/** The words in the answer's language. */
export const wordsFor = (ctx: Context): Words => wordsIn(ctx.state.locale);
