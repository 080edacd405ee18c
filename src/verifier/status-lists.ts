import { backoff } from './backoff.ts';
import { Unavailable } from './errors.ts';
import type { KeySet } from './key-set.ts';
import type { Settings } from './settings.ts';
import type { StatusList } from './status-list.ts';
import { fetchList, type HeldList } from './status-list-token.ts';

/** What is known of one list; times in milliseconds since the epoch. */
interface Known {
  held?: HeldList | undefined;
  fetching?: Promise<void> | undefined;
  failures: number;
  retryAt: number;
  error?: unknown;
}

/**
 * The issuer's status lists, each for its ttl; after it the next token waits for a fresh one. While that cannot be had the
 * one at hand goes on until its `exp`, which is the issuer's word. One fetch of a list at a time, shared by all.
 */
export class StatusLists {
  readonly #keys: KeySet;
  readonly #settings: Settings;
  readonly #known = new Map<string, Known>();

  constructor(keys: KeySet, settings: Settings) {
    this.#keys = keys;
    this.#settings = settings;
  }

  /** @throws Unavailable */
  async at(uri: string): Promise<StatusList> {
    const known = this.#known.get(uri) ?? { failures: 0, retryAt: 0 };
    const now = this.#now();
    if (!known.held || now >= known.held.freshUntil || this.#isAhead(known.held, now)) await this.#refresh(uri, known);
    if (known.held && this.#now() < known.held.expiresAt) return known.held.list;
    throw this.#unavailable(uri, known);
  }

  /** A clock that was set back makes no list fresh for longer than it was. */
  #isAhead({ freshUntil, ttl = 60 }: HeldList, now: number): boolean {
    return freshUntil - now > ttl * 1000;
  }

  async #refresh(uri: string, known: Known): Promise<void> {
    const pause = known.retryAt - this.#now();
    if (!known.fetching && pause > 0 && pause <= this.#settings.cooldown * 1000) return;
    this.#known.set(uri, known);
    known.fetching ??= this.#fetch(uri, known).finally(() => {
      known.fetching = undefined;
    });
    await known.fetching;
  }

  async #fetch(uri: string, known: Known): Promise<void> {
    const { cooldown, onRefreshFailure } = this.#settings;
    try {
      const isUsable = known.held && this.#now() < known.held.expiresAt;
      known.held = await fetchList(uri, isUsable ? known.held : undefined, this.#keys, this.#settings);
      Object.assign(known, { failures: 0, retryAt: 0, error: undefined });
      this.#forget();
    } catch (error) {
      known.failures += 1;
      known.retryAt = this.#now() + backoff(known.failures, 1, cooldown) * 1000;
      known.error = error;
      onRefreshFailure?.(this.#unavailable(uri, known));
    }
  }

  /** Lists that say nothing any more. */
  #forget(): void {
    const now = this.#now();
    for (const [uri, { held, fetching, retryAt }] of this.#known) {
      if (!fetching && retryAt <= now && (!held || held.expiresAt <= now)) this.#known.delete(uri);
    }
  }

  #unavailable(uri: string, { error, retryAt }: Known): Unavailable {
    const why = error instanceof Error ? `: ${error.message}` : '';
    const retryAfter = (retryAt - this.#now()) / 1000;
    return new Unavailable('revocations_unavailable', `${uri} cannot be had${why}`, { cause: error, retryAfter });
  }

  #now(): number {
    return this.#settings.clock.now().getTime();
  }
}
