/**
 * Registered clients, by the declarative file and by command. Owns their metadata, the hashing of their secrets and the
 * cache that answers for them; what a member of the metadata means to the protocol is the engine's.
 */
export { accountClient } from './account-client.ts';
export { createClient } from './create-client.ts';
export { deleteClient } from './delete-client.ts';
export { disableClient, enableClient } from './disable-client.ts';
export { findClient, listClients } from './list-clients.ts';
export { isOriginOf } from './origins.ts';
export type { ClientParts } from './parts.ts';
export { type Reconciliation, reconcileClients } from './reconcile.ts';
export { type ClientRegistry, createClientRegistry } from './registry.ts';
export { rotateSecret } from './rotate-secret.ts';
export { acceptsSecret, matchesSecret, newSecret, RETIRING_SECRET } from './secret.ts';
export { CLIENTS_CHANGED } from './store.ts';
export type { ClientMetadata, RegisteredClient } from './types.ts';
