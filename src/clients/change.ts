import type { Knex } from 'knex';
import { lockClients, tellClientsChanged } from './store.ts';

/** Changes a client as one, after whoever else changes clients; every node hears of it once it is committed. */
export function change<T>(db: Knex, clientId: string, work: (transaction: Knex.Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (transaction) => {
    await lockClients(transaction);
    const result = await work(transaction);
    await tellClientsChanged(transaction, [clientId]);
    return result;
  });
}
