import { randomInt } from 'node:crypto';
import { STATUS_BLOCK } from './store.ts';

/** Gives away places in the status lists. */
export interface StatusIndexes {
  /** A place that nobody else has; undefined where the database does not answer, and none is left. */
  take(): Promise<number | undefined>;
}

/**
 * Takes places a block at a time, the next one before the last is used up: no token waits for the database. Within a block
 * the order is random, so that neighbours in a list say nothing of one another.
 * @param takeBlock the first of `STATUS_BLOCK` places
 */
export function statusIndexes(takeBlock: () => Promise<number>): StatusIndexes {
  let left: number[] = [];
  let refilling: Promise<boolean> | undefined;
  const refill = () => {
    refilling ??= takeBlock()
      .then(
        (first) => {
          left = [...shuffled(first), ...left];
          return true;
        },
        () => false,
      )
      .finally(() => {
        refilling = undefined;
      });
    return refilling;
  };
  return {
    async take() {
      // Others may have waited for the same block, and more than it has places.
      while (left.length === 0) if (!(await refill())) return undefined;
      if (left.length < STATUS_BLOCK / 2) void refill();
      return left.pop();
    },
  };
}

function shuffled(first: number): number[] {
  const block = Array.from({ length: STATUS_BLOCK }, (_, at) => first + at);
  for (let at = block.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [block[at], block[other]] = [block[other] as number, block[at] as number];
  }
  return block;
}
