import type { Knex } from 'knex';
import { append } from '../events/index.ts';
import { sha256 } from '../kernel/ids.ts';
import { emailKey } from './email.ts';
import { tellVerified } from './events.ts';
import type { AccountParts, Journey } from './parts.ts';
import { hasRecentCode } from './pending-proofs.ts';
import { CODE_TRIES, redeemProof, tryDigits } from './proof.ts';
import { findProofOwner } from './proof-store.ts';
import { mailVerification } from './register.ts';
import { takeRegistration } from './registration-store.ts';
import { lockCredentials, lockUser, markVerified } from './store.ts';

/** Milliseconds between two mails that somebody can cause to one address. */
const PAUSE = 60_000;

/** What proves an address: the token of the mail's link, or its code with the address it went to. */
export type EmailProof = { readonly token: string } | { readonly email: string; readonly code: string };

/**
 * Marks an address as proved. Where several registered it, the password and name are from now on those of the registration
 * whose mail was answered, and whoever got in by another's is out.
 * @returns whose it is; undefined when the proof was used, replaced, is too old or wrong.
 */
export async function verifyEmail(parts: AccountParts, proof: EmailProof): Promise<string | undefined> {
  const now = parts.clock.now();
  const digest = await digestOf(parts, proof, now);
  if (!digest) return undefined;
  return parts.db.transaction(async (transaction) => {
    // The user first and then the proof, as registering does: neither waits for the other in a circle.
    const ownerId = await findProofOwner(transaction, { purpose: 'verify_email', tokenDigest: digest }, now);
    if (ownerId) await lockUser(transaction, ownerId);
    const proved = ownerId && (await redeemProof(transaction, 'verify_email', digest, now));
    if (!proved) return undefined;
    const { userId, emailKey: key, registration } = proved;
    const isAnothers =
      registration && (await takeRegistration(transaction, { ...registration, userId, emailKey: key }, now));
    if (isAnothers) await parts.endSessions(transaction, userId);
    if (!(await markVerified(transaction, userId, key, now))) return undefined;
    await append(transaction, now, tellVerified(userId, 'mail'));
    return userId;
  });
}

async function digestOf({ db, mail }: AccountParts, proof: EmailProof, now: Date): Promise<Buffer | undefined> {
  if ('token' in proof) return sha256(proof.token);
  return tryDigits(db, mail, emailKey(proof.email) ?? '', proof.code, now);
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
