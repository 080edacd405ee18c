import DataLoader from 'dataloader';
import { isAway } from './away.ts';

type All<Asked, Answer> = (asked: readonly Asked[]) => Promise<readonly Answer[]>;

export interface Gathering {
  /** Done at one go. */
  readonly most: number;
  /**
   * Of the event loop; one where nothing is said. A turn more takes no time where nothing else is to be done, and where much
   * is, it gathers those that are about to come.
   */
  readonly turns?: number;
}

/**
 * Has what is asked for in a few turns of the event loop done at one go: whoever comes alone waits for nobody. What several
 * fail at is tried for each by itself, so that nobody fails for another; but where the database is away, or has taken too
 * long, that would only be more of the same, and what was asked for may even have been done.
 * @param all does it for several, and answers each at its place. It runs as whoever came first: what it needs to know of a
 * caller is in what is asked.
 */
export function together<Asked, Answer>(
  all: All<Asked, Answer>,
  { most, turns = 1 }: Gathering,
): (asked: Asked) => Promise<Answer> {
  const each = async (asked: readonly Asked[], error: unknown) => {
    if (asked.length === 1 || isOfAll(error)) throw error;
    return Promise.all(asked.map((one) => byItself(all, one)));
  };
  const loader = new DataLoader<Asked, Answer>((asked) => all(asked).catch((error: unknown) => each(asked, error)), {
    cache: false,
    maxBatchSize: most,
    batchScheduleFn: (go) => afterTurns(turns, go),
  });
  return (asked) => loader.load(asked);
}

function afterTurns(turns: number, go: () => void): void {
  setImmediate(turns > 1 ? () => afterTurns(turns - 1, go) : go);
}

/** PostgreSQL's code for what was cancelled, for it took too long. */
const CANCELLED = '57014';

const isOfAll = (error: unknown): boolean =>
  isAway(error) || (error as { readonly code?: unknown } | undefined)?.code === CANCELLED;

/** The loader takes an error for the answer of that one alone. */
const byItself = <Asked, Answer>(all: All<Asked, Answer>, asked: Asked): Promise<Answer | Error> =>
  all([asked]).then(
    ([answer]) => answer as Answer,
    (error) => error,
  );
