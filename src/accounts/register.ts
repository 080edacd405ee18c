import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { emailKey } from './email.ts';
import { hashPassword, passwordProblem } from './password.ts';
import { insertUser } from './store.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name: string | undefined;
}

/** What is wrong, by field, in words for the person. */
export type RegistrationProblems = Partial<Record<keyof Registration, string>>;

export type RegistrationResult = { readonly userId: string } | { readonly problems: RegistrationProblems };

const NAME_MAX = 200;

/** Makes an account, or says what to change. The address counts as unverified. */
export async function register(db: Knex, clock: Clock, registration: Registration): Promise<RegistrationResult> {
  const key = emailKey(registration.email);
  const problems = problemsOf(registration, key);
  if (!key || Object.keys(problems).length > 0) return { problems };
  const userId = newId();
  const inserted = await insertUser(db, {
    id: userId,
    email: registration.email.trim().normalize('NFC'),
    emailKey: key,
    name: registration.name?.trim() || undefined,
    passwordHash: await hashPassword(registration.password),
    createdAt: clock.now(),
  });
  return inserted
    ? { userId }
    : { problems: { email: 'We can’t make an account with this address. If it’s yours, sign in instead.' } };
}

function problemsOf({ name, password }: Registration, key: string | undefined): RegistrationProblems {
  const passwordFault = passwordProblem(password);
  return {
    ...(key ? {} : { email: 'Enter an e-mail address such as ada@example.com.' }),
    ...(passwordFault ? { password: passwordFault } : {}),
    ...(isName(name ?? '') ? {} : { name: `Use letters, at most ${NAME_MAX} characters.` }),
  };
}

/** Anything people are called, but for control characters. */
function isName(name: string): boolean {
  return name.length <= NAME_MAX && !/\p{Cc}/u.test(name);
}
