/**
 * Signing keys: made, published ahead, rotated, retired; sealed at rest under the master key. Owns what may sign and
 * what is published; knows nothing of tokens or HTTP.
 */
export { type Imported, importKeys } from './import-keys.ts';
export { type KeptKeyRing, keepKeyRing } from './keep-key-ring.ts';
export { type KeyRing, loadKeyRing } from './key-ring.ts';
export type { KeyPolicy } from './life.ts';
export type { KeyFile } from './read-key.ts';
export { resealKeys } from './reseal-keys.ts';
export { type Rotation, rotateKeys } from './rotate-keys.ts';
export { KEYS_CHANGED, listKeys } from './store.ts';
export { type KeyParts, turnKeys } from './turn-keys.ts';
export type { KeyLife, PublicKey, SigningKey } from './types.ts';
