import type { Knex } from 'knex';
import type { ClientDeclaration } from '../config/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { hashSecret } from './secret.ts';
import { type ClientMetadata, deleteFileClientsExcept, lockClients, putFileClient } from './store.ts';

/**
 * Makes the stored clients what the declarative file says, in one transaction: new ones appear, changed ones change,
 * dropped ones go. Doing it twice, or on two nodes at once, comes to the same.
 */
export async function reconcileClients(db: Knex, declared: readonly ClientDeclaration[], clock: Clock): Promise<void> {
  await db.transaction(async (transaction) => {
    await lockClients(transaction);
    for (const client of declared) await putFileClient(transaction, toMetadata(client), clock.now());
    await deleteFileClientsExcept(
      transaction,
      declared.map((client) => client.client_id),
    );
  });
}

/** The declaration as it is stored: the secret only as its hash. */
function toMetadata({ client_secret, ...rest }: ClientDeclaration): ClientMetadata {
  return client_secret === undefined ? rest : { ...rest, client_secret: hashSecret(client_secret) };
}
