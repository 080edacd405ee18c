import { wordsIn } from '../i18n/index.ts';
import { queueMail } from '../mail/index.ts';
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
    await queueMail(transaction, parts.mail, { kind: 'account-deletion', to, locale, userId, locals });
    return due;
  });
}

/**
 * Keeps an account that was to be deleted.
 * @returns false where it is gone already.
 */
export function keepAccount({ db, clock }: AccountParts, userId: string): Promise<boolean> {
  return setDeletion(db, userId, null, clock.now());
}
