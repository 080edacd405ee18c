/**
 * People who can sign in: registering, checking a password, proving an address, and what each may see, change and end of
 * their own. Owns what an address and a password are; what a session or a token is, is the protocol's.
 */

export { ANSWER_REQUEST, answerRequest, askFor, askForEmailChange, type RequestJob } from './ask.ts';
export { type Authentication, authenticate, type NoPassword } from './authenticate.ts';
export { type BreachOptions, type BreachResult, breachCheck, noBreachCheck } from './breach.ts';
export { confirmEmailChange } from './change-email.ts';
export { changePassword } from './change-password.ts';
export { changeLanguage, changeName } from './change-profile.ts';
export { changeUser } from './change-user.ts';
export { type Creation, createUser, type Person } from './create-user.ts';
export { GRACE_DAYS, keepAccount, requestDeletion } from './delete-account.ts';
export { disableUser, enableUser } from './disable.ts';
export { emailKey, isEmail, isSameEmail, readEmail } from './email.ts';
export { endOtherSessions, endSession } from './end-sessions.ts';
export { eraseDueAccounts } from './erase-accounts.ts';
export { eraseUser } from './erase-user.ts';
export { exportData } from './export-data.ts';
export { boundsOf, type FieldProblem } from './field-problem.ts';
export { findPerson } from './find-person.ts';
export { foreignHashProblem } from './foreign-hashes.ts';
export { HashQueue } from './hash-queue.ts';
export type { LineProblem } from './import-line.ts';
export { type BadLine, type ImportCount, type ImportLine, importUsers } from './import-users.ts';
export { isProved, letInProved } from './let-in.ts';
export { listUsers } from './list-users.ts';
export { type AccountParts, type Journey, type Passwords, warmPasswords } from './parts.ts';
export { PasswordHashing } from './password-hash.ts';
export { checkPassword, PASSWORD_MAX, PASSWORD_MIN, type PasswordProblem } from './password-rules.ts';
export { profileOf } from './profile.ts';
export { sweepProofs } from './proof-store.ts';
export { NAME_MAX, type Registration, type RegistrationProblems, register } from './register.ts';
export { resetPassword } from './reset-password.ts';
export { revokeGrant } from './revoke-grant.ts';
export { makePasswordLink, type PasswordLink } from './set-password-link.ts';
export { signOutEverywhere } from './sign-out-everywhere.ts';
export { findUser } from './store.ts';
export { takeBackAccess } from './take-back-access.ts';
export { type ReuseJob, TELL_OF_REUSE, tellOfReuse } from './tell-of-reuse.ts';
export type { Account, User, UserQuery } from './types.ts';
export { verifyEmail } from './verify-email.ts';
export { verifyUser } from './verify-user.ts';
