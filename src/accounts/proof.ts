import { createHmac, hkdfSync, randomInt, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import { newId, randomToken, sha256 } from '../kernel/ids.ts';
import { deleteProof, findProofOwner, type Purpose, putProof, type StoredProof, tryCode } from './proof-store.ts';
import { putRegistrationProof, type Registration } from './registration-store.ts';

/** Seconds that a proof in a mail works. */
export const LIFETIME: Readonly<Record<Purpose, number>> = {
  verify_email: 24 * 60 * 60,
  reset_password: 30 * 60,
  change_email: 24 * 60 * 60,
};
/** Wrong codes before the code is void; the link in the same mail still works. */
export const CODE_TRIES = 5;

/** What goes out in a mail to prove that somebody reads it: a token in a link, or six digits to type. */
export interface Proof {
  readonly token: string;
  readonly code: string;
  readonly expiresAt: Date;
}

/** What is out of the ordinary about a proof. */
export interface ProofOptions {
  /** Seconds that it works, where not as long as its purpose has it. */
  readonly lifetime?: number;
  /** false: it reaches its user by another way than a mail. */
  readonly provesAddress?: boolean;
}

interface Secrets {
  readonly masterKeys: readonly Buffer[];
}

interface ProofUser {
  readonly id: string;
  readonly emailKey: string;
  readonly newEmail?: string;
}

/** Makes a proof for a user's address, and ends the older one for the same purpose. */
export async function issueProof(
  db: Knex,
  secrets: Secrets,
  user: ProofUser,
  purpose: Purpose,
  now: Date,
  options: ProofOptions = {},
): Promise<Proof> {
  const { proof, stored } = makeProof(secrets, user, purpose, now, options);
  await putProof(db, stored);
  return proof;
}

/**
 * The same for an address that was registered: who answers the mail gets the password and name it was registered with.
 * @returns undefined where the account is somebody's already, and stays as it is.
 */
export async function issueRegistrationProof(
  db: Knex,
  secrets: Secrets,
  user: ProofUser & { readonly isNew: boolean },
  registration: Registration,
  now: Date,
): Promise<Proof | undefined> {
  const { proof, stored } = makeProof(secrets, user, 'verify_email', now);
  const isTheirs = await putRegistrationProof(db, { ...registration, proof: stored, isNew: user.isNew });
  return isTheirs ? proof : undefined;
}

function makeProof(
  { masterKeys }: Secrets,
  user: ProofUser,
  purpose: Purpose,
  now: Date,
  { lifetime = LIFETIME[purpose], provesAddress = true }: ProofOptions = {},
): { proof: Proof; stored: StoredProof } {
  const expiresAt = new Date(now.getTime() + lifetime * 1000);
  const proof = { token: randomToken(), code: String(randomInt(1_000_000)).padStart(6, '0'), expiresAt };
  const id = newId();
  const stored = {
    id,
    userId: user.id,
    purpose,
    emailKey: user.emailKey,
    email: user.newEmail,
    tokenDigest: sha256(proof.token),
    codeDigest: codeDigest(masterKeys[0], id, proof.code),
    provesAddress,
    createdAt: now,
    expiresAt,
  };
  return { proof, stored };
}

/** Whose live proof `token` is; it stays as it is. */
export async function proofOwner(db: Knex, purpose: Purpose, token: string, now: Date): Promise<string | undefined> {
  return findProofOwner(db, { purpose, tokenDigest: sha256(token) }, now);
}

/**
 * Uses up the proof that `token` is.
 * @returns whose it was, and for which address; undefined when it was used, replaced or is too old.
 */
export async function redeemToken(db: Knex, purpose: Purpose, token: string, now: Date) {
  return redeemProof(db, purpose, sha256(token), now);
}

/** The same by the digest of the token, as {@link tryDigits} tells it. */
export async function redeemProof(db: Knex, purpose: Purpose, tokenDigest: Buffer, now: Date) {
  return deleteProof(db, { purpose, tokenDigest }, now);
}

/**
 * Looks whether these are the six digits that were mailed to an address. Five wrong ones, and the digits are void. A try
 * is counted in a transaction of its own: what it leads to has another.
 * @returns the digest of the token that went with them, by which the proof is used up.
 */
export async function tryDigits(
  db: Knex,
  { masterKeys }: Secrets,
  emailKey: string,
  code: string,
  now: Date,
): Promise<Buffer | undefined> {
  const digits = code.replace(/\s/g, '');
  // Nobody guesses by what cannot be one: it is no try.
  if (!/^\d{6}$/.test(digits)) return undefined;
  const attempt = { purpose: 'verify_email', emailKey, tries: CODE_TRIES, now } as const;
  const proof = await db.transaction((transaction) => tryCode(transaction, attempt));
  if (!proof) return undefined;
  const right = masterKeys.some((key) => timingSafeEqual(codeDigest(key, proof.id, digits), proof.codeDigest));
  return right ? proof.tokenDigest : undefined;
}

/** Six digits are soon guessed from a plain digest; this one needs the master key too. */
function codeDigest(masterKey: Buffer | undefined, proofId: string, code: string): Buffer {
  if (!masterKey) throw new TypeError('there is no master key');
  const key = Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), 'gatehouse e-mail code v1', 32));
  return createHmac('sha256', key).update(`${proofId}:${code}`).digest();
}
