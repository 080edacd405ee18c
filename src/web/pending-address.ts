import type { Context } from '../http/index.ts';

const COOKIE = 'gatehouse_address';
const DAY = 24 * 60 * 60 * 1000;
const attributes = { path: '/account', httpOnly: true, sameSite: 'lax', signed: true } as const;

/** Keeps the address that a proof was mailed to, so that the page which takes the code need not put it in its URL. */
export function rememberAddress(ctx: Context, email: string): void {
  ctx.cookies.set(COOKIE, encodeURIComponent(email), { ...attributes, maxAge: DAY });
}

/** The address of this browser's last registration or unproved sign-in. */
export function pendingAddress(ctx: Context): string | undefined {
  const value = ctx.cookies.get(COOKIE, { signed: true });
  return value === undefined ? undefined : decodeURIComponent(value);
}
