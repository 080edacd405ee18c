import type { Knex } from 'knex';
import type { ClientDeclaration } from '../config/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { hashSecret } from './secret.ts';
import { type ClientMetadata, deleteClients, deleteFileClientsExcept, lockClients, putFileClient } from './store.ts';

export interface Reconciliation {
  readonly clients: readonly ClientDeclaration[];
  /** Which clients go: those of an earlier file that this one does not declare, or those with these ids. */
  readonly remove: 'undeclared' | readonly string[];
}

/**
 * Makes the stored clients what the declarative file says, in one transaction: new ones appear, changed ones change,
 * dropped ones go. Doing it twice, or on two nodes at once, comes to the same.
 */
export async function reconcileClients(db: Knex, { clients, remove }: Reconciliation, clock: Clock): Promise<void> {
  await db.transaction(async (transaction) => {
    await lockClients(transaction);
    for (const client of clients) await putFileClient(transaction, toMetadata(client), clock.now());
    const declared = clients.map((client) => client.client_id);
    if (remove === 'undeclared') await deleteFileClientsExcept(transaction, declared);
    else await deleteClients(transaction, remove);
  });
}

/** The declaration as it is stored: the secret only as its hash. */
function toMetadata({ client_secret, ...rest }: ClientDeclaration): ClientMetadata {
  return client_secret === undefined ? rest : { ...rest, client_secret: hashSecret(client_secret) };
}
