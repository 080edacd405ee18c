import { boundsOf, type FieldProblem } from '../accounts/index.ts';
import type { Words } from '../i18n/index.ts';
import type { ProblemDetail } from '../kernel/problem.ts';

type FieldProblems = { readonly [field in 'email' | 'name' | 'password']?: FieldProblem };

/** What a use case found wrong with each field, in words that an application can show to people. */
export function fieldDetails(words: Words, problems: FieldProblems): ProblemDetail[] {
  const inWords = (problem: FieldProblem) => words.t(`problems.${problem}`, boundsOf(problem));
  return Object.entries(problems).map(([path, problem]) => ({ path, message: inWords(problem) }));
}
