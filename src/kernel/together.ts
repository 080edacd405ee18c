import DataLoader from 'dataloader';

type All<Asked, Answer> = (asked: readonly Asked[]) => Promise<readonly Answer[]>;

/**
 * Has what is asked for in one turn of the event loop done at one go: whoever comes alone waits for nobody. What several fail
 * at is tried for each by itself, so that nobody fails for another.
 * @param all does it for several, and answers each at its place; it may be asked again for what it has failed at
 * @param most that are done at one go
 */
export function together<Asked, Answer>(all: All<Asked, Answer>, most: number): (asked: Asked) => Promise<Answer> {
  const loader = new DataLoader<Asked, Answer>(
    (asked) => (asked.length === 1 ? all(asked) : all(asked).catch(() => Promise.all(asked.map(byItself(all))))),
    { cache: false, maxBatchSize: most, batchScheduleFn: setImmediate },
  );
  return (asked) => loader.load(asked);
}

/** The loader takes an error for the answer of that one alone. */
const byItself =
  <Asked, Answer>(all: All<Asked, Answer>) =>
  (asked: Asked): Promise<Answer | Error> =>
    all([asked]).then(
      ([answer]) => answer as Answer,
      (error) => error,
    );
