/**
 * Signing keys: made at first start, sealed at rest under the master key, several of them in states.
 * Owns what may sign and what is published; knows nothing of tokens or HTTP.
 */
export { ensureSigningKeys, type KeyRing, loadKeyRing } from './key-ring.ts';
export { listLiveKeys } from './store.ts';
export type { Algorithm, KeyState, SigningKey } from './types.ts';
