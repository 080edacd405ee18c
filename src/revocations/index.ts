/**
 * What has ended before its time, and so takes tokens with it that nobody stores. Owns the list in memory, the order in
 * which it is read, and the status lists; who ends what is told by those who end it (`artifacts`, `accounts`).
 */
export { type KeptRevocations, keepRevocations } from './keep-list.ts';
export { type RevocableClaims, type Revocation, RevocationList } from './list.ts';
export { type StatusIndexes, statusIndexes } from './status-indexes.ts';
export { encodeStatusList, placeOf, readStatus, STATUS_LIST_SIZE } from './status-list.ts';
export { isRevokedNow, readRevocations, type StoredRevocation, statusListExists, takeStatusBlock } from './store.ts';
