import pLimit, { type LimitFunction } from 'p-limit';
import { BUSY, Problem } from '../kernel/problem.ts';

/** How much hashing there is at once, and how much may wait. */
export interface HashQueueOptions {
  readonly concurrency: number;
  readonly waiting: number;
  /** Told of everybody who is turned away. */
  readonly onRefused?: (() => void) | undefined;
}

/** Seconds; a full queue is worked off in less. */
const RETRY_AFTER = 5;

/**
 * The one queue that all password hashing passes, whoever asks and however: a flood of passwords takes so many cores and
 * so much memory, and no more. Who finds it full is told so before anything is done for them.
 */
export class HashQueue {
  readonly #limit: LimitFunction;
  readonly #options: HashQueueOptions;

  constructor(options: HashQueueOptions) {
    this.#options = options;
    this.#limit = pLimit(options.concurrency);
  }

  get waiting(): number {
    return this.#limit.pendingCount;
  }

  /** To be called before other work that would be in vain. @throws Problem `busy` (503) when the queue is full. */
  mustHaveRoom(): void {
    if (this.waiting < this.#options.waiting) return;
    this.#options.onRefused?.();
    throw busy();
  }

  /** Does `work` when its turn comes. @throws Problem `busy` (503) when the queue is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.mustHaveRoom();
    return this.#limit(work);
  }
}

const busy = () => new Problem({ ...BUSY, headers: { 'Retry-After': String(RETRY_AFTER) } });
