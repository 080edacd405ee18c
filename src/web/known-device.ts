import type { Account } from '../accounts/index.ts';
import type { Context } from '../http/index.ts';
import { type Caller, KNOWN_FOR } from '../limits/index.ts';
import type { WebParts } from './parts.ts';

const COOKIE = 'gatehouse_known_device';

/** Who asks: by the network, and by what this browser keeps since somebody signed in with it. */
export const callerOf = (ctx: Context): Caller => ({
  network: ctx.ip,
  device: ctx.cookies.get(COOKIE, { signed: false }),
});

/**
 * Knows this browser from now on as one of this person's, which a sign-in has to be complete for: strangers who try passwords don't slow them down here. The
 * cookie opens nothing, and is signed by itself (`src/limits/devices.ts`).
 */
export function knowDevice(ctx: Context, { accounts }: WebParts, { email }: Account): void {
  const value = accounts.limits.remember(email, callerOf(ctx).device);
  const attributes = { httpOnly: true, sameSite: 'lax', signed: false, overwrite: true } as const;
  ctx.cookies.set(COOKIE, value, { ...attributes, maxAge: KNOWN_FOR * 1000 });
}
