/**
 * How often a password, a code or a mail may be tried or asked for. Owns the numbers and the counting; knows nothing of
 * accounts, requests and pages, and counts for an address whether or not it has an account.
 */
export type { Caller, Limited, Limits, Reservation, SignInRefusal } from './types.ts';
export { unlimited } from './unlimited.ts';
