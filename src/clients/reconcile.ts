import type { Knex } from 'knex';
import type { ClientDeclaration } from '../config/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { toMetadata } from './metadata.ts';
import {
  deleteClients,
  deleteFileClientsExcept,
  lockClients,
  pickMadeByCommand,
  putFileClient,
  tellClientsChanged,
} from './store.ts';

export interface Reconciliation {
  readonly clients: readonly ClientDeclaration[];
  /** Which clients go: those of an earlier file that this one does not declare, or those with these ids. */
  readonly remove: 'undeclared' | readonly string[];
}

/**
 * Makes the stored clients what the declarative file says, in one transaction: new ones appear, changed ones change,
 * dropped ones go. Doing it twice, or on two nodes at once, comes to the same. Clients that were made by command are left
 * alone, but for one that the file declares too: the file has it from then on. One that is disabled stays so.
 * @returns the ids that the file took over
 */
export async function reconcileClients(
  db: Knex,
  { clients, remove }: Reconciliation,
  clock: Clock,
): Promise<readonly string[]> {
  return db.transaction(async (transaction) => {
    await lockClients(transaction);
    const declared = clients.map((client) => client.client_id);
    const takenOver = await pickMadeByCommand(transaction, declared);
    const changed: string[] = [];
    for (const client of clients) {
      if (await putFileClient(transaction, toMetadata(client), clock.now())) changed.push(client.client_id);
    }
    const gone =
      remove === 'undeclared'
        ? await deleteFileClientsExcept(transaction, declared)
        : await deleteClients(transaction, remove);
    await tellClientsChanged(transaction, [...changed, ...gone]);
    return takenOver;
  });
}
