import { type Factors, isCommon, type PasswordOwner } from './common-passwords.ts';
import type { AccountParts } from './parts.ts';

/** A password alone has to carry the account, so 15 characters at least; 8 beside a second factor (NIST SP 800-63B-4). */
export const PASSWORD_MIN = 15;
const PASSWORD_MIN_BESIDE_FACTOR = 8;
export const PASSWORD_MAX = 1000;

export type PasswordProblem =
  | 'password_too_short'
  | 'password_too_long'
  | 'password_unreadable'
  | 'password_common'
  | 'password_breached';

/** How many code points a password must have. */
export const passwordMin = ({ second }: Factors): number => (second ? PASSWORD_MIN_BESIDE_FACTOR : PASSWORD_MIN);

/**
 * What is wrong with a new password; undefined when it will do. The first rule that it breaks is told, and what asks
 * another server comes last. Nothing is asked of its composition.
 */
export async function checkPassword(
  { passwords }: Pick<AccountParts, 'passwords'>,
  password: string,
  person: PasswordOwner,
  factors: Factors = { second: false },
): Promise<PasswordProblem | undefined> {
  const text = password.normalize('NFC');
  const malformed = malformation(text, passwordMin(factors));
  if (malformed) return malformed;
  if (await isCommon(text, person, factors)) return 'password_common';
  return (await passwords.isBreached(text)) ? 'password_breached' : undefined;
}

/** Whether no password is that long, new or old. */
export const isTooLong = (password: string): boolean => lengthOf(password.normalize('NFC')) > PASSWORD_MAX;

/** Code points are counted, in the form that is hashed. No keyboard types NUL, and many a program ends a text there. */
function malformation(text: string, min: number): PasswordProblem | undefined {
  const length = lengthOf(text);
  if (length < min) return 'password_too_short';
  if (length > PASSWORD_MAX) return 'password_too_long';
  return text.includes('\0') ? 'password_unreadable' : undefined;
}

/** What has more units than twice the maximum has more code points than it: no need to take a book apart. */
const lengthOf = (text: string): number => (text.length > 2 * PASSWORD_MAX ? text.length : [...text].length);
