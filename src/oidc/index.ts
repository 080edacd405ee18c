/**
 * The protocol engine assembled: its configuration, its storage over the unit of work, and the reference to the one
 * in use. Whoever serves its pages or mounts it comes through here.
 */
export { adapterFactory } from './adapter.ts';
export type { ProviderPages, ProviderParts } from './configuration.ts';
export { isFirstParty } from './first-party.ts';
export { lifetimes } from './lifetimes.ts';
export { mountProvider, unitOfWork } from './mount.ts';
export { postRequests } from './post-requests.ts';
export { buildEngine, type CurrentProvider, checkClients, currentProvider } from './provider.ts';
export { ACCESS_TOKEN_ALG } from './resources.ts';
export { kidOf, type Signed } from './signed.ts';
