/**
 * People who can sign in: registering, checking a password, looking one up. Owns what an address and a password
 * are; knows nothing of sessions, pages or tokens.
 */
export { authenticate } from './authenticate.ts';
export { PASSWORD_MAX, PASSWORD_MIN } from './password.ts';
export { type Registration, type RegistrationProblems, register } from './register.ts';
export { findUser } from './store.ts';
export type { User } from './types.ts';
