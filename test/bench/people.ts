import argon2 from 'argon2';
import type { Knex } from 'knex';
import { insertUser } from '../../src/accounts/store.ts';
import { newId } from '../../src/kernel/ids.ts';
import { PASSWORD } from '../support/relying-party.ts';

/** The address of one of the people of a bench; those from `PEOPLE` on have no account. */
export const addressOf = (number: number): string => `person-${number}@bench.example`;

export const PEOPLE = 400;

/** Makes their accounts: proved addresses, the password of the tests, one hash for all. */
export async function populate(db: Knex): Promise<void> {
  const passwordHash = await argon2.hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const some = { name: undefined, locale: undefined, passwordHash, emailVerified: true, createdAt: new Date() };
  for (let number = 0; number < PEOPLE; number += 1) {
    await insertUser(db, { ...some, id: newId(), email: addressOf(number), emailKey: addressOf(number) });
  }
}
