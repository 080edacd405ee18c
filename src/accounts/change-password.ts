import { randomToken } from '../kernel/ids.ts';
import { type Mail, queueMail } from '../mail/index.ts';
import { tellPasswordChanged } from './events.ts';
import type { AccountParts } from './parts.ts';
import { checkPassword, type PasswordProblem } from './password-rules.ts';
import { dropProof } from './proof-store.ts';
import { lockUser, setPassword } from './store.ts';
import type { User } from './types.ts';

/** `sessionId`: what the session goes on under; its old id opens nothing any more. */
export type PasswordChange =
  | { readonly sessionId: string }
  | { readonly problem: 'password_rejected'; readonly reason: PasswordProblem }
  | { readonly problem: 'signed_out' };

/**
 * Sets a new password for somebody who has just signed in (checklist 36). Every other session of theirs ends with its
 * tokens, and so does a link to set a password that was mailed; this session goes on under another id (checklist 31).
 * Wrong passwords tried before are forgotten.
 * @param session the engine's `uid` of it
 * @throws Problem `busy` when too many passwords are being hashed already
 */
export async function changePassword(
  parts: AccountParts,
  owner: User,
  session: string,
  password: string,
): Promise<PasswordChange> {
  const { hashing } = parts.passwords;
  hashing.queue.mustHaveRoom();
  const reason = await checkPassword(parts, password, owner);
  if (reason) return { problem: 'password_rejected', reason };
  const passwordHash = await hashing.hash(password);
  const [now, sessionId] = [parts.clock.now(), randomToken()];
  const change = await parts.db.transaction(async (transaction): Promise<PasswordChange> => {
    const user = await lockUser(transaction, owner.id);
    if (user?.status !== 'active') return { problem: 'signed_out' };
    const { id, email: to, locale } = user;
    if (!(await parts.personal.renameSession(transaction, id, session, sessionId))) return { problem: 'signed_out' };
    await setPassword(transaction, id, { passwordHash, provesAddress: false }, now);
    await dropProof(transaction, id, 'reset_password');
    await parts.endSessions(transaction, id, { except: session });
    const locals = { email: to, reset_link: `${parts.issuer}/account/forgot-password`, elsewhere: 'yes' };
    const mail: Mail = { kind: 'password-changed', to, locale, userId: id, locals };
    await queueMail(transaction, parts.mail, mail, { events: [tellPasswordChanged(id, 'owner')] });
    return { sessionId };
  });
  if ('sessionId' in change) await parts.limits.forgive(owner.email);
  return change;
}
