import { type Mail, queueMail } from '../mail/index.ts';
import { isSameEmail, readEmail } from './email.ts';
import { tellOf } from './events.ts';
import { type AccountParts, type Journey, mailLocale, pageLink } from './parts.ts';
import { hasRecentProof } from './pending-proofs.ts';
import { issueProof, redeemToken } from './proof.ts';
import { tellOwner } from './register.ts';
import { findUserByEmail, lockUser, setEmail } from './store.ts';

/** Milliseconds between two mails that a user can cause to one address. */
const PAUSE = 60_000;

/**
 * Mails a link to the address that a user wants from now on. One that has an account gets a mail that says so instead:
 * its owner learns of it, and the user doesn't.
 */
export async function requestEmailChange(
  parts: AccountParts,
  userId: string,
  email: string,
  journey: Journey = {},
): Promise<void> {
  const wanted = readEmail(email);
  if (!wanted) return;
  const { address: newEmail, key } = wanted;
  const now = parts.clock.now();
  await parts.db.transaction(async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (user?.status !== 'active' || isSameEmail(user.email, email)) return;
    const owner = await findUserByEmail(transaction, key);
    if (owner) return tellOwner(transaction, parts, owner, journey);
    if (await hasRecentProof(transaction, userId, 'change_email', new Date(now.getTime() - PAUSE), key)) return;
    const asker = { id: userId, emailKey: key, newEmail };
    const { token, expiresAt } = await issueProof(transaction, parts.mail, asker, 'change_email', now);
    const link = pageLink(parts.issuer, '/account/confirm-email', token, {});
    const locale = mailLocale(user, journey);
    const locals = { link, email: newEmail };
    const mail: Mail = { kind: 'change-email', to: newEmail, locale, userId, locals, usefulUntil: expiresAt };
    const events = [tellOf(userId, 'identity.email.change-requested.v1')];
    await queueMail(transaction, parts.mail, mail, { events });
  });
}

/**
 * Gives a user the address that the token of a mail's link proves, and tells the old one. Sessions stay: it is the same
 * person.
 * @returns the new address; undefined when the token was used, replaced or is too old, or somebody else has the address.
 */
export async function confirmEmailChange(parts: AccountParts, token: string): Promise<string | undefined> {
  const now = parts.clock.now();
  try {
    return await parts.db.transaction(async (transaction) => {
      const proved = await redeemToken(transaction, 'change_email', token, now);
      const user = proved && (await lockUser(transaction, proved.userId));
      if (user?.status !== 'active' || !proved?.email) return undefined;
      const { email, emailKey: key } = proved;
      if (!(await setEmail(transaction, user.id, { email, emailKey: key }, now))) return undefined;
      const { email: to, locale, id: userId } = user;
      const locals = { email: to, link: `${parts.issuer}/account` };
      const mail: Mail = { kind: 'email-changed', to, locale, userId, locals };
      const events = [tellOf(userId, 'identity.email.changed.v1')];
      await queueMail(transaction, parts.mail, mail, { events });
      return email;
    });
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** Somebody else got the address in the same moment (PostgreSQL: unique_violation). */
const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '23505';
