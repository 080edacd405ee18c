import { z } from 'zod';

/** PostgreSQL takes no NUL, and UTF-8 has no lone surrogates. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** A text of up to so many characters that can be stored as it is. */
export const text = (max: number) => z.string().max(max).refine(isStorable, 'must hold no NUL and no lone surrogate');

/** The same, and not empty. */
export const name = (max: number) => text(max).min(1);
