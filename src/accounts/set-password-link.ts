import type { Knex } from 'knex';
import { append } from '../events/index.ts';
import { emailKey } from './email.ts';
import { tellResetRequested } from './events.ts';
import { type AccountParts, pageLink } from './parts.ts';
import { issueProof, type ProofOptions } from './proof.ts';
import type { User } from './types.ts';

/** A link by which whoever has it sets a user's password, once. */
export interface PasswordLink {
  readonly link: string;
  readonly expiresAt: Date;
}

/**
 * Makes a link for an operator to hand over; the older one ends. It proves no address: who uses it has not shown that
 * they read the mail.
 * @returns undefined for a disabled user, whom no password would let in.
 */
export async function makePasswordLink(parts: AccountParts, user: User): Promise<PasswordLink | undefined> {
  if (user.status !== 'active') return undefined;
  return parts.db.transaction(async (transaction) => {
    await append(transaction, parts.clock.now(), tellResetRequested(user.id, 'operator'));
    return passwordLink(transaction, parts, user, { provesAddress: false });
  });
}

/** The same, as part of something else, and by whatever way it goes. */
export async function passwordLink(
  db: Knex,
  { mail, issuer, clock }: AccountParts,
  { id, email }: Pick<User, 'id' | 'email'>,
  options: ProofOptions,
): Promise<PasswordLink> {
  const user = { id, emailKey: emailKey(email) ?? '' };
  const { token, expiresAt } = await issueProof(db, mail, user, 'reset_password', clock.now(), options);
  return { link: pageLink(issuer, '/account/reset-password', token, {}), expiresAt };
}
