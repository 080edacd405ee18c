import { letInProved } from '../accounts/index.ts';
import type { Context } from '../http/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Interaction } from './interaction.ts';
import { knowDevice } from './known-device.ts';
import type { WebParts } from './parts.ts';
import { passwordLogin } from './password-login.ts';

const COOKIE = 'gatehouse_registered';
/** Milliseconds between having registered and signing in with it. */
const FRESH = 300_000;

/** The page that says what was done, for a browser in which the sign-in doesn't go on. */
type Done = 'email-confirmed' | 'password-changed';

/**
 * Lets somebody who has just registered sign in on the way they came, without typing the password again.
 *
 * It is a signed cookie, for this browser and this sign-in alone: the sign-in itself must be this browser's too, so
 * nobody who was sent a link to a stranger's sign-in is signed in there (checklist 31).
 */
export function handOff(ctx: Context, clock: Clock, uid: string, userId: string, done?: Done): void {
  const value = [uid, userId, clock.now().getTime(), done ?? ''].join('.');
  ctx.cookies.set(COOKIE, value, { ...attributes(uid), maxAge: FRESH });
}

/** @returns whether the person was signed in by a registration handed over. */
export async function signInByHandoff(ctx: Context, parts: WebParts, interaction: Interaction): Promise<boolean> {
  const { accounts, clock } = parts;
  const { uid } = interaction.details;
  const handed = handedOver(ctx, clock, uid);
  if (!handed) return false;
  ctx.cookies.set(COOKIE, null, attributes(uid));
  // A link that an operator handed over sets a password, and proves no address: the sign-in page asks for that.
  const user = await letInProved(accounts, handed.userId, handed.at);
  if (!user) return false;
  knowDevice(ctx, parts, user);
  await interaction.finish(passwordLogin(user.id, clock));
  return true;
}

/**
 * What was done just now for the sign-in `uid`, which this browser turned out to be unable to go on with: a mail's
 * link was opened elsewhere, or the session it was to confirm ended with the old password.
 */
export function doneWithout(ctx: Context, clock: Clock, uid: string): Done | undefined {
  const { done } = handedOver(ctx, clock, uid) ?? {};
  return done === 'email-confirmed' || done === 'password-changed' ? done : undefined;
}

/** What this browser was handed for the sign-in `uid`, where that is not long ago: who it was, when, and what they did. */
function handedOver(ctx: Context, clock: Clock, uid: string) {
  const [forUid, userId, at, done] = (ctx.cookies.get(COOKIE, { signed: true }) ?? '').split('.');
  if (forUid !== uid || !userId || Number(at) + FRESH < clock.now().getTime()) return undefined;
  return { userId, at: new Date(Number(at)), done };
}

const attributes = (uid: string) =>
  ({ path: `/interaction/${uid}`, httpOnly: true, sameSite: 'lax', signed: true }) as const;
