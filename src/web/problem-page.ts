import { type Context, type Show, wordsFor } from '../http/index.ts';
import { isTextKey, type TextKey, type Words } from '../i18n/index.ts';
import type { Problem } from '../kernel/problem.ts';

/** A problem, told to a person by its code: what it says itself is for programs. */
export function problemPage(show: Show) {
  return (ctx: Context, { code, status }: Problem): Promise<void> => {
    const words = wordsFor(ctx);
    const heading = textOr(words, `problem-page.${code}_heading`, 'problem-page.other_heading');
    const message = textOr(words, `problem-page.${code}_message`, 'problem-page.other_message');
    return show(ctx, 'error', { heading, message, code }, status);
  };
}

/** The text for a code; another where there is none for it. */
export const textOr = ({ t }: Words, key: string, other: TextKey): string => t(isTextKey(key) ? key : other);
