import { boundsOf, type FieldProblem } from '../accounts/index.ts';
import type { Words } from '../i18n/index.ts';

/** What a use case says is wrong with a field, in words to stand beside the field; undefined where nothing is wrong. */
export function problemWords<Problem extends FieldProblem | undefined>(words: Words, problem: Problem) {
  return problem && words.t(`problems.${problem}`, boundsOf(problem));
}
