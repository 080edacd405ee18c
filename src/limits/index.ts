/**
 * How often a password, a code or a mail may be tried or asked for. Owns the numbers and the counting; knows nothing of
 * accounts, requests and pages, and counts for an address whether or not it has an account.
 */
export type { BuildLimiter, Consumed, Point } from './counter.ts';
export { KNOWN_FOR } from './devices.ts';
export { createLimits, type LimitsOptions } from './limits.ts';
export { POLICY, type Policy, SIGN_IN } from './policy.ts';
export type { Caller, Counted, Limited, Limits, OnRefusal, Reservation, SignInRefusal } from './types.ts';
