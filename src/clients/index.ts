/**
 * Registered clients. Owns their metadata, the hashing of their secrets and the cache that answers for them;
 * what a member of the metadata means to the protocol is the engine's.
 */
export { accountClient } from './account-client.ts';
export { isOriginOf } from './origins.ts';
export { type Reconciliation, reconcileClients } from './reconcile.ts';
export { type ClientRegistry, createClientRegistry } from './registry.ts';
export { matchesSecret } from './secret.ts';
export type { ClientMetadata } from './store.ts';
