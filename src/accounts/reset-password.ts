import { type Mail, queueMail } from '../mail/index.ts';
import { emailKey } from './email.ts';
import { tellPasswordChanged, tellResetRequested, tellVerified } from './events.ts';
import { type AccountParts, type Journey, mailLocale, pageLink } from './parts.ts';
import { checkPassword, type PasswordProblem } from './password-rules.ts';
import { hasRecentProof } from './pending-proofs.ts';
import { issueProof, proofOwner, redeemToken } from './proof.ts';
import { appOf } from './register.ts';
import { findUser, lockCredentials, setPassword } from './store.ts';

/** Milliseconds between two mails that somebody can cause to one address. */
const PAUSE = 60_000;

export type ResetResult =
  | { readonly userId: string }
  | { readonly problem: 'token_invalid' }
  | { readonly problem: 'password_rejected'; readonly reason: PasswordProblem };

/** Mails a link to set a new password to an address that has an account; to any other, and too soon again, nothing. */
export async function requestReset(parts: AccountParts, email: string, journey: Journey = {}): Promise<void> {
  const key = emailKey(email);
  if (!key) return;
  const now = parts.clock.now();
  await parts.db.transaction(async (transaction) => {
    const known = await lockCredentials(transaction, key);
    if (known?.user.status !== 'active') return;
    const { user } = known;
    if (await hasRecentProof(transaction, user.id, 'reset_password', new Date(now.getTime() - PAUSE))) return;
    const owner = { id: user.id, emailKey: key };
    const { token, expiresAt } = await issueProof(transaction, parts.mail, owner, 'reset_password', now);
    const link = pageLink(parts.issuer, '/account/reset-password', token, journey);
    const locals = { link, email: user.email, ...appOf(journey) };
    const locale = mailLocale(user, journey);
    const { id: userId, email: to } = user;
    const mail: Mail = { kind: 'reset-password', to, locale, userId, locals, usefulUntil: expiresAt };
    await queueMail(transaction, parts.mail, mail, { events: [tellResetRequested(userId, 'mail')] });
  });
}

/**
 * Sets a new password by the token of a mail's link, and ends every session and token of the user: whoever had the old
 * password is out. Wrong passwords tried before are forgotten, whoever tried them. A link that came by mail proved the
 * address, too. A password that is refused uses nothing up.
 * @throws Problem `busy` when too many passwords are being hashed already
 */
export async function resetPassword(
  parts: AccountParts,
  token: string,
  password: string,
  journey: Journey = {},
): Promise<ResetResult> {
  const { hashing } = parts.passwords;
  hashing.queue.mustHaveRoom();
  const now = parts.clock.now();
  const ownerId = await proofOwner(parts.db, 'reset_password', token, now);
  const owner = ownerId && (await findUser(parts.db, ownerId));
  if (!owner) return { problem: 'token_invalid' };
  const reason = await checkPassword(parts, password, owner);
  if (reason) return { problem: 'password_rejected', reason };
  const passwordHash = await hashing.hash(password);
  // Before the password is set: a process that is killed in between leaves its owner nothing that keeps them out. Should
  // setting it fail, then only who has a live link has had the tries forgotten.
  await parts.limits.forgive(owner.email);
  const user = await parts.db.transaction(async (transaction) => {
    const proved = await redeemToken(transaction, 'reset_password', token, now);
    const user = proved && (await findUser(transaction, proved.userId));
    if (user?.status !== 'active' || emailKey(user.email) !== proved?.emailKey) return undefined;
    const provesAddress = proved?.provesAddress === true;
    await setPassword(transaction, user.id, { passwordHash, provesAddress }, now);
    await parts.endSessions(transaction, user.id);
    const locals = { email: user.email, reset_link: `${parts.issuer}/account/forgot-password` };
    const { id: userId, email: to } = user;
    const mail: Mail = { kind: 'password-changed', to, locale: user.locale ?? journey.locale, userId, locals };
    const verified = provesAddress && !user.emailVerified ? [tellVerified(userId, 'mail')] : [];
    await queueMail(transaction, parts.mail, mail, { events: [tellPasswordChanged(userId, 'reset'), ...verified] });
    return user;
  });
  return user ? { userId: user.id } : { problem: 'token_invalid' };
}
