import { append } from '../events/index.ts';
import { wordsIn } from '../i18n/index.ts';
import { type Mail, queueMail } from '../mail/index.ts';
import { tellDeletionRequested, tellOf } from './events.ts';
import type { AccountParts } from './parts.ts';
import { lockUser, setDeletion } from './store.ts';

/** Days in which somebody may still change their mind. */
export const GRACE_DAYS = 14;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Closes an account: whoever is signed in with it is out, every application has lost its access, and in two weeks all
 * there is of the user is erased. Signing in until then leads to the question whether to keep it.
 * @returns when; undefined where there is no such user.
 */
export async function requestDeletion(parts: AccountParts, userId: string): Promise<Date | undefined> {
  const now = parts.clock.now();
  const due = new Date(now.getTime() + GRACE_DAYS * DAY);
  return parts.db.transaction(async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (!user) return undefined;
    await setDeletion(transaction, userId, due, now);
    await parts.personal.erase(transaction, userId);
    const { email: to, locale } = user;
    const locals = { email: to, due: wordsIn(locale).day(due), link: `${parts.issuer}/account` };
    const mail: Mail = { kind: 'account-deletion', to, locale, userId, locals };
    await queueMail(transaction, parts.mail, mail, { events: [tellDeletionRequested(userId, due)] });
    return due;
  });
}

/**
 * Keeps an account that was to be deleted.
 * @returns false where it is gone already.
 */
export function keepAccount({ db, clock }: AccountParts, userId: string): Promise<boolean> {
  return db.transaction(async (transaction) => {
    if (!(await setDeletion(transaction, userId, null, clock.now()))) return false;
    await append(transaction, clock.now(), tellOf(userId, 'identity.user.deletion-cancelled.v1'));
    return true;
  });
}
