import { type Context, type Show, wordsFor } from '../http/index.ts';
import type { Problem } from '../kernel/problem.ts';

/** A problem, told to a person. */
export function problemPage(show: Show) {
  return (ctx: Context, problem: Problem): Promise<void> => {
    const words = busyWords(ctx, problem) ??
      WORDS[problem.code] ?? { heading: problem.title, message: problem.detail ?? GO_BACK };
    return show(ctx, 'error', { ...words, code: problem.code }, problem.status);
  };
}

function busyWords(ctx: Context, { code }: Problem) {
  const { t } = wordsFor(ctx);
  return code === 'busy' ? { heading: t('busy.heading'), message: t('busy.message') } : undefined;
}

const GO_BACK = 'Go back and try again.';

/** What programs are told in their own words. */
const WORDS: Readonly<Record<string, { heading: string; message: string }>> = {
  not_found: {
    heading: 'There’s no such page',
    message: 'Check the address, or go back to where you came from.',
  },
  bad_request: { heading: 'This didn’t work', message: `We couldn’t read what was sent. ${GO_BACK}` },
  too_large: {
    heading: 'That’s too long',
    message: 'More was sent than we can take. Go back and shorten what you typed.',
  },
  internal_error: {
    heading: 'Something went wrong',
    message:
      'The fault is ours, and has been logged. Try again in a moment. If it happens again, tell the people who run this page the reference below.',
  },
};
