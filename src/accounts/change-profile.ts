import { append, type NewEvent } from '../events/index.ts';
import type { Locale } from '../i18n/index.ts';
import { tellUpdated } from './events.ts';
import type { AccountParts } from './parts.ts';
import { nameProblem } from './register.ts';
import { setProfile } from './store.ts';

/**
 * Sets what a user calls themselves; nothing, where it is empty.
 * @returns what is wrong with it; undefined where it was set.
 */
export async function changeName(
  parts: AccountParts,
  userId: string,
  name: string,
): Promise<'name_invalid' | undefined> {
  const problem = nameProblem(name);
  if (problem) return problem;
  await change(parts, userId, { name: name.trim() || null }, tellUpdated(userId, 'name'));
  return undefined;
}

/** Sets the language of a user's pages and mails; undefined: what the browser says. */
export function changeLanguage(parts: AccountParts, userId: string, locale: Locale | undefined): Promise<void> {
  return change(parts, userId, { locale: locale ?? null }, tellUpdated(userId, 'locale'));
}

function change(
  { db, clock }: AccountParts,
  userId: string,
  profile: Parameters<typeof setProfile>[2],
  event: NewEvent,
): Promise<void> {
  return db.transaction(async (transaction) => {
    await setProfile(transaction, userId, profile, clock.now());
    await append(transaction, clock.now(), event);
  });
}
