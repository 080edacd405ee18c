import { NAME_MAX, PASSWORD_MAX, PASSWORD_MIN, type PasswordProblem } from '../accounts/index.ts';
import type { Words } from '../i18n/index.ts';

/** What a use case says is wrong with a field. */
export type FieldProblem = PasswordProblem | 'email_invalid' | 'name_invalid';

/** The same in words, to stand beside the field; undefined where nothing is wrong. */
export function problemWords<Problem extends FieldProblem | undefined>(words: Words, problem: Problem) {
  const max = problem === 'name_invalid' ? NAME_MAX : PASSWORD_MAX;
  return problem && words.t(`problems.${problem}`, { min: PASSWORD_MIN, max });
}
