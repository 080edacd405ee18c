import type { Context, Show } from '../http/index.ts';
import type { Problem } from '../kernel/problem.ts';

/** A problem, told to a person. */
export function problemPage(show: Show) {
  return (ctx: Context, problem: Problem): Promise<void> =>
    show(
      ctx,
      'error',
      { heading: problem.title, message: problem.detail ?? 'Go back and try again.', code: problem.code },
      problem.status,
    );
}
