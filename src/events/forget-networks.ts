import type { Knex } from 'knex';
import { removeNetworks } from './store.ts';

/** Takes out where somebody came from, in what they did and what was done to them: they are erased, and ids stay. */
export const forgetNetworks = (transaction: Knex.Transaction, userId: string): Promise<void> =>
  removeNetworks(transaction, userId, `user:${userId}`);
