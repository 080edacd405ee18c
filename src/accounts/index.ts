/**
 * People who can sign in: registering, checking a password, looking one up. Owns what an address and a password
 * are; knows nothing of sessions, pages or tokens.
 */

export { ANSWER_REQUEST, answerRequest, askFor, type RequestJob } from './ask.ts';
export { type Authentication, authenticate, type SignIn } from './authenticate.ts';
export { disableUser, enableUser } from './disable.ts';
export { isEmail } from './email.ts';
export type { AccountParts, Journey } from './parts.ts';
export { PASSWORD_MAX, PASSWORD_MIN, type PasswordProblem } from './password.ts';
export { sweepProofs } from './proof-store.ts';
export { NAME_MAX, type Registration, type RegistrationProblems, register } from './register.ts';
export { type ResetResult, resetPassword } from './reset-password.ts';
export { findUser } from './store.ts';
export type { User } from './types.ts';
export { verifyEmail } from './verify-email.ts';
