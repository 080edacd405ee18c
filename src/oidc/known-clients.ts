import type { Client, Provider } from 'oidc-provider';
import type { ClientMetadata, ClientRegistry } from '../clients/index.ts';

/**
 * Has the engine know a client again by the registration's object. By itself it writes the whole registration out and
 * hashes it, at every request, and keeps no more than a hundred clients; here they stay as long as their registration.
 */
export function knowClients({ Client }: Provider, clients: ClientRegistry): void {
  const known = new WeakMap<ClientMetadata, Client>();
  const find = Client.find.bind(Client);
  Client.find = async (id) => {
    const metadata = typeof id === 'string' ? await clients.find(id) : undefined;
    if (!metadata) return undefined;
    const client = known.get(metadata) ?? (await find(id));
    if (client) known.set(metadata, client);
    return client;
  };
}
