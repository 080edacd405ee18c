import { PASSWORD_MAX, PASSWORD_MIN, type PasswordProblem } from './password-rules.ts';
import { NAME_MAX } from './register.ts';

/** What a use case says is wrong with what somebody typed. */
export type FieldProblem = PasswordProblem | 'email_invalid' | 'name_invalid';

/** The numbers of characters that a sentence about it names. */
export const boundsOf = (problem: FieldProblem): { min: number; max: number } => ({
  min: PASSWORD_MIN,
  max: problem === 'name_invalid' ? NAME_MAX : PASSWORD_MAX,
});
