import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { open, type SealContext, SealError, seal } from '../kernel/seal.ts';

export const INVALID_CURSOR = {
  status: 400,
  code: 'invalid_cursor',
  title: 'Invalid cursor',
  detail: 'It is no next_cursor of this list with these filters. Leave it out to begin anew.',
} satisfies ProblemMembers;

/** What a list was asked for, but for how much of it. */
export type Filters = Readonly<Record<string, unknown>>;

/** Where a reader of one list is. */
export interface Cursors {
  /**
   * The position that a cursor holds; undefined where there is no cursor.
   * @throws Problem 400 for a cursor that was not made here, for this list and these filters: it reaches no SQL
   */
  open(cursor: string | undefined, filters: Filters): string | undefined;
  /** The `next_cursor` of a page that ends at a position; null where that was the last one. */
  seal(position: string | undefined, filters: Filters): string | null;
}

/**
 * Cursors of the list at `path`, sealed with the master key: they tell nobody what they hold, and nobody else makes one.
 * They stay good for as long as the key that sealed them is known.
 */
export function cursorsOf(path: string, masterKeys: readonly Buffer[]): Cursors {
  const contextOf = (filters: Filters): SealContext => ({ use: 'cursor', context: JSON.stringify([path, filters]) });
  return {
    open: (cursor, filters) => (cursor === undefined ? undefined : opened(cursor, masterKeys, contextOf(filters))),
    seal: (position, filters) =>
      position === undefined ? null : seal(position, masterKeys, contextOf(filters)).toString('base64url'),
  };
}

function opened(cursor: string, masterKeys: readonly Buffer[], context: SealContext): string {
  const sealed = Buffer.from(cursor, 'base64url');
  try {
    // Node reads past whatever is no base64url.
    if (sealed.toString('base64url') === cursor) return open(sealed, masterKeys, context);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
  }
  throw new Problem(INVALID_CURSOR);
}
