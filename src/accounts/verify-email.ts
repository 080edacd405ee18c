import type { Knex } from 'knex';
import { emailKey } from './email.ts';
import type { AccountParts, Journey } from './parts.ts';
import { CODE_TRIES, redeemCode, redeemToken } from './proof.ts';
import { hasRecentCode } from './proof-store.ts';
import { mailVerification } from './register.ts';
import { lockCredentials, markVerified } from './store.ts';

/** Milliseconds between two mails that somebody can cause to one address. */
const PAUSE = 60_000;

/** What proves an address: the token of the mail's link, or its code with the address it went to. */
export type EmailProof = { readonly token: string } | { readonly email: string; readonly code: string };

/**
 * Marks an address as proved.
 * @returns whose it is; undefined when the proof was used, replaced, is too old or wrong.
 */
export async function verifyEmail({ db, clock, mail }: AccountParts, proof: EmailProof): Promise<string | undefined> {
  return db.transaction(async (transaction) => {
    const now = clock.now();
    const proved =
      'token' in proof
        ? await redeemToken(transaction, 'verify_email', proof.token, now)
        : await redeemCode(transaction, mail, emailKey(proof.email) ?? '', proof.code, now);
    if (!proved) return undefined;
    return (await markVerified(transaction, proved.userId, proved.emailKey, now)) ? proved.userId : undefined;
  });
}

/**
 * Mails a new proof to an address that has an unverified account; to any other, and too soon after another whose code
 * still works, nothing.
 */
export async function requestVerification(parts: AccountParts, email: string, journey: Journey = {}): Promise<void> {
  const key = emailKey(email);
  if (!key) return;
  await parts.db.transaction(async (transaction) => {
    const known = await lockCredentials(transaction, key);
    if (!known || known.user.emailVerified || known.user.status !== 'active') return;
    if (await isTooSoon(transaction, parts, known.user.id)) return;
    await mailVerification(transaction, parts, { ...known.user, emailKey: key }, journey);
  });
}

function isTooSoon(db: Knex, { clock }: AccountParts, userId: string): Promise<boolean> {
  return hasRecentCode(db, userId, new Date(clock.now().getTime() - PAUSE), CODE_TRIES);
}
