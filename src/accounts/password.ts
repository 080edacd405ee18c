import { hash, verify } from 'argon2';

/** Argon2id with OWASP's figures: 19 MiB, two passes, one lane; 20–25 ms on the hardware we measure on. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A password alone has to carry the account, so 15 characters at least (NIST SP 800-63B-4); nothing is cut off. */
export const PASSWORD_MIN = 15;
export const PASSWORD_MAX = 1000;

export type PasswordProblem = 'password_too_short' | 'password_too_long';

/** What is wrong with a password; undefined when it will do. Code points are counted. */
export function passwordProblem(password: string): PasswordProblem | undefined {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return 'password_too_short';
  return length > PASSWORD_MAX ? 'password_too_long' : undefined;
}

/** The Argon2id hash, its parameters within it (PHC string). NFC first: two keyboards may spell one é differently. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

/** Whether `password` is what `passwordHash` was made of. Without a hash the same work is done, in vain. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  // Made for whoever comes first, known or not: made for the first unknown address, it would tell that one apart.
  const fallback = await dummyHash();
  const matches = await verify(passwordHash ?? fallback, password.normalize('NFC'));
  return passwordHash !== undefined && matches;
}

let dummy: Promise<string> | undefined;

/** What an unknown address is checked against, so that it takes as long as a known one. */
function dummyHash(): Promise<string> {
  dummy ??= hashPassword('nobody has this password');
  return dummy;
}
