/**
 * Signing keys: made, published ahead, rotated, retired; sealed at rest under the master key, or kept elsewhere. Owns
 * what may sign and what is published; knows nothing of tokens, HTTP or HSMs.
 */
export { destroyRetired } from './destroy-retired.ts';
export { type Imported, importKeys } from './import-keys.ts';
export { type KeptKeyRing, keepKeyRing } from './keep-key-ring.ts';
export { type KeyRing, loadKeyRing } from './key-ring.ts';
export type { KeyPolicy } from './life.ts';
export { type ExternalKeys, type MadeKey, nameKey, type PrivateKeys } from './private-keys.ts';
export type { KeyFile } from './read-key.ts';
export { resealKeys } from './reseal-keys.ts';
export { type Rotation, rotateKeys } from './rotate-keys.ts';
export { verifies } from './signature.ts';
export { KEYS_CHANGED, listKeys } from './store.ts';
export { type KeyParts, turnKeys } from './turn-keys.ts';
export type { KeyLife, PublicKey, Sign, SigningKey, StoredKey } from './types.ts';
