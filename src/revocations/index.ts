/**
 * What has ended before its time, and so takes tokens with it that nobody stores. Owns what is stored of it, the order in
 * which it is read, and the status lists; who ends what is told by those who end it (`artifacts`, `accounts`). Which tokens
 * an entry means is the list's to tell, which gateways have as well: it is in `verifier`, and stands alone there.
 */
export { type RevocableClaims, type Revocation, RevocationList } from '../verifier/revocation-list.ts';
export { endTokensOf } from './assessment-store.ts';
export { type KeptRevocations, keepRevocations } from './keep-list.ts';
export { type StatusIndexes, statusIndexes } from './status-indexes.ts';
export { encodeStatusList, placeOf, STATUS_LIST_SIZE } from './status-list.ts';
export {
  isRevokedNow,
  keepForTokensOf,
  readRevocations,
  type StoredRevocation,
  statusListExists,
  takeStatusBlock,
} from './store.ts';
