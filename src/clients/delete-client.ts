import { change } from './change.ts';
import { disableClient } from './disable-client.ts';
import type { ClientParts } from './parts.ts';
import { deleteClients, selectClient } from './store.ts';

/**
 * Removes a client with all that it holds: it is shut first, so that it gets nothing more meanwhile. Whoever registers
 * that id later inherits nobody's consent and no token. Broken off, the client stays shut, and doing it again goes on.
 * @returns what stands in the way, and then nothing was changed; undefined where it is gone.
 */
export async function deleteClient(parts: ClientParts, clientId: string): Promise<'unknown' | 'file' | undefined> {
  const client = await selectClient(parts.db, clientId);
  if (!client) return 'unknown';
  // It would be back at the next start.
  if (client.managed_by === 'file') return 'file';
  await disableClient(parts, clientId);
  await parts.endAccess(clientId);
  await change(parts.db, clientId, (transaction) => deleteClients(transaction, [clientId]));
  return undefined;
}
