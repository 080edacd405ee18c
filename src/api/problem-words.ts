import { NAME_MAX, PASSWORD_MAX, PASSWORD_MIN, type PasswordProblem } from '../accounts/index.ts';
import type { Words } from '../i18n/index.ts';
import type { ProblemDetail } from '../kernel/problem.ts';

type FieldProblem = PasswordProblem | 'email_invalid' | 'name_invalid';
type FieldProblems = { readonly [field in 'email' | 'name' | 'password']?: FieldProblem };

/** What a use case found wrong with each field, in words that an application can show to people. */
export function fieldDetails(words: Words, problems: FieldProblems): ProblemDetail[] {
  return Object.entries(problems).map(([path, problem]) => {
    const max = problem === 'name_invalid' ? NAME_MAX : PASSWORD_MAX;
    return { path, message: words.t(`problems.${problem}`, { min: PASSWORD_MIN, max }) };
  });
}
