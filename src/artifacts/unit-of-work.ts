import { AsyncLocalStorage } from 'node:async_hooks';
import { type NewEvent, rowOf } from '../events/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ArtifactStore, Done, Key, Model, StoredArtifact, Write } from './types.ts';
import { Unit } from './unit.ts';

type Lost = 'consume' | 'require' | 'claim';

/** A code, a refresh token or a proof was used, or a session ended, between this request's look and its write. */
export class ArtifactConflict extends Error {
  /**
   * What was lost: the use of an artefact, or (where nothing was to be used) the session that had ended meanwhile, or the
   * claim of a proof's first sight.
   */
  readonly lost: Lost;

  constructor(lost: Lost) {
    super('the artefact was used by another request');
    this.name = 'ArtifactConflict';
    this.lost = lost;
  }
}

/** Which of a request's writes are to be kept, asked once its work is done. */
export type Keep = () => ((write: Write) => boolean) | undefined;

/**
 * Collects the writes of one request and hands them to the store as one, before the answer leaves:
 * a process killed anywhere leaves all of them or none. Reads see what the unit has written.
 */
export class UnitOfWork {
  readonly #store: ArtifactStore;
  readonly #clock: Clock;
  readonly #onEnded: () => void;
  readonly #current = new AsyncLocalStorage<Unit>();

  /** @param onEnded called when something was put on the list of what has ended, before the answer leaves */
  constructor(store: ArtifactStore, clock: Clock, onEnded: () => void = () => undefined) {
    this.#store = store;
    this.#clock = clock;
    this.#onEnded = onEnded;
  }

  /**
   * Runs `work`, then writes what `keep` keeps: all of it, where it is not given. Nothing is written when `work` throws.
   * @throws ArtifactConflict when a consume, a claim or a require was lost; nothing was written then.
   */
  async run<T>(work: () => Promise<T>, keep?: Keep): Promise<T> {
    const unit = new Unit(this.#store, this.#clock);
    const result = await this.#current.run(unit, work);
    await this.#flush(unit.pending().filter(keep?.() ?? (() => true)));
    return result;
  }

  async find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined> {
    return (this.#current.getStore() ?? this.#store).find(model, key, digest);
  }

  async write(write: Write): Promise<void> {
    const unit = this.#current.getStore();
    if (!unit) return this.#flush([write]);
    unit.write(write);
  }

  /**
   * Writes down what has happened, with what makes it happen.
   * @param of only if it is this request that does it: of several at once, one does
   */
  tell(event: NewEvent, of?: Done): Promise<void> {
    return this.write({ kind: 'event', row: rowOf(event, this.#clock.now()), ...(of ? { of } : {}) });
  }

  async #flush(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    if (await this.#store.apply(writes)) {
      if (writes.some(({ kind }) => kind === 'end')) this.#onEnded();
      return;
    }
    const lost = (['consume', 'require'] as const).find((each) => writes.some(({ kind }) => kind === each));
    throw new ArtifactConflict(lost ?? 'claim');
  }
}
