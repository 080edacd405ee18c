import type { Locale } from '../i18n/index.ts';
import type { AccountParts } from './parts.ts';
import { nameProblem } from './register.ts';
import { setProfile } from './store.ts';

/**
 * Sets what a user calls themselves; nothing, where it is empty.
 * @returns what is wrong with it; undefined where it was set.
 */
export async function changeName(
  { db, clock }: AccountParts,
  userId: string,
  name: string,
): Promise<'name_invalid' | undefined> {
  const problem = nameProblem(name);
  if (problem) return problem;
  await setProfile(db, userId, { name: name.trim() || null }, clock.now());
  return undefined;
}

/** Sets the language of a user's pages and mails; undefined: what the browser says. */
export function changeLanguage({ db, clock }: AccountParts, userId: string, locale: Locale | undefined): Promise<void> {
  return setProfile(db, userId, { locale: locale ?? null }, clock.now());
}
