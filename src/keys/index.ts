/**
 * Signing keys: made, published ahead, rotated, retired, revoked; sealed at rest under the master key, or kept elsewhere.
 * The salts of pairwise subjects with them. Owns what may sign and what is published, and counts what was signed; knows
 * nothing of tokens, HTTP or HSMs.
 */
export { destroyRetired } from './destroy-retired.ts';
export { type Imported, importKeys } from './import-keys.ts';
export { type KeptKeyRing, keepKeyRing } from './keep-key-ring.ts';
export { type KeyRing, loadKeyRing, loadKeys, openKeys } from './key-ring.ts';
export type { KeyPolicy } from './life.ts';
export { brokenKeyLine } from './open-key.ts';
export {
  brokenSaltLine,
  loadSalts,
  type PairwiseSalt,
  resealSalts,
  type SaltPolicy,
  saltFor,
  turnSalts,
} from './pairwise-salts.ts';
export type { KeyParts } from './parts.ts';
export { type ExternalKeys, LostKey, type MadeKey, nameKey } from './private-keys.ts';
export type { KeyFile } from './read-key.ts';
export { resealKeys } from './reseal-keys.ts';
export { type NoRevocation, type Revocation, revokeKey } from './revoke-key.ts';
export { type Rotation, rotateKeys } from './rotate-keys.ts';
export { verifies } from './signature.ts';
export { type ClientTokens, sweepSigned } from './signed-store.ts';
export { COUNTED_EVERY, SignedTokens } from './signed-tokens.ts';
export { KEYS_CHANGED, listKeys } from './store.ts';
export { turnKeys } from './turn-keys.ts';
export type { BrokenKey, KeyLife, PublicKey, Sign, SignedToken, SigningKey, StoredKey } from './types.ts';
