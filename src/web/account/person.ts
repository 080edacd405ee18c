import type { KoaContextWithOIDC } from 'oidc-provider';
import { findUser, type User } from '../../accounts/index.ts';
import { type Context, preferLanguage } from '../../http/index.ts';
import { epochSeconds } from '../../kernel/clock.ts';
import { noteCause } from '../../kernel/correlation.ts';
import type { WebParts } from '../parts.ts';

/** Who is signed in in this browser. */
export interface Person {
  readonly user: User;
  /** The engine's `uid` of the session. */
  readonly session: string;
  /** When the password was given, and when the session ends; seconds since the epoch. */
  readonly signedInAt: number;
  readonly expiresAt: number;
}

/** Reads the engine's session, and goes on in the person's language. Nobody, where the account is to be deleted. */
export async function personOf(ctx: Context, parts: WebParts): Promise<Person | undefined> {
  const person = await anyoneOf(ctx, parts);
  return person?.user.deletionDueAt ? undefined : person;
}

/** The same, whether or not the account is to be deleted. */
export async function anyoneOf(ctx: Context, parts: WebParts): Promise<Person | undefined> {
  const session = await parts.provider.get().Session.get(ctx as unknown as KoaContextWithOIDC);
  const user = session.accountId ? await findUser(parts.db, session.accountId) : undefined;
  if (user?.status !== 'active') return undefined;
  noteCause({ actor: `user:${user.id}` });
  preferLanguage(ctx, undefined, user.locale);
  return { user, session: session.uid, signedInAt: session.loginTs ?? 0, expiresAt: session.exp ?? 0 };
}

/** Seconds for which a sign-in is fresh: enough to come to a page that asks for it. */
const FRESH = 5 * 60;
/** The same for the form on it, so that nobody who opened it in time loses what they typed. */
const FRESH_TO_SEND = 10 * 60;

/** Whether the password was given just now (checklist 36). */
export function isFresh(ctx: Context, { clock }: WebParts, { signedInAt }: Person): boolean {
  return epochSeconds(clock) - signedInAt < (ctx.method === 'POST' ? FRESH_TO_SEND : FRESH);
}
