import { type Context, wordsFor } from '../../http/index.ts';
import { seeOther } from '../parts.ts';

const COOKIE = 'gatehouse_done';
const MINUTE = 60 * 1000;
const attributes = { path: '/account', httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;

/** What can be said to have been done. */
const DONE = ['name', 'language', 'password', 'session', 'sessions', 'application'] as const;
type Done = (typeof DONE)[number];

/** Goes on to a page that says what was done, once. */
export function done(ctx: Context, what: Done, page = '/account'): void {
  ctx.cookies.set(COOKIE, what, { ...attributes, maxAge: MINUTE });
  seeOther(ctx, page);
}

/** What was done just now, in words. */
export function doneWords(ctx: Context): string | undefined {
  const value = ctx.cookies.get(COOKIE, { signed: true });
  const what = DONE.find((known) => known === value);
  if (!what) return undefined;
  ctx.cookies.set(COOKIE, null, attributes);
  return wordsFor(ctx).t(`account.done_${what}`);
}
