import { fromRow } from './client-row.ts';
import type { ClientParts } from './parts.ts';
import { selectClient, selectClients } from './store.ts';
import type { RegisteredClient } from './types.ts';

type Reading = Pick<ClientParts, 'db' | 'clock'>;

/** Every client that is stored, by id. */
export async function listClients({ db, clock }: Reading): Promise<RegisteredClient[]> {
  return (await selectClients(db)).map((row) => fromRow(row, clock.now()));
}

export async function findClient({ db, clock }: Reading, clientId: string): Promise<RegisteredClient | undefined> {
  const row = await selectClient(db, clientId);
  return row && fromRow(row, clock.now());
}
