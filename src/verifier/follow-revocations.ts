import { setTimeout as pause } from 'node:timers/promises';
import { backoff } from './backoff.ts';
import { Unavailable } from './errors.ts';
import { type FeedToken, feedToken } from './feed-token.ts';
import { type FollowOptions, type FollowSettings, followSettingsOf } from './follow-settings.ts';
import { readFeed } from './revocation-feed.ts';
import { RevocationList } from './revocation-list.ts';
import type { AccessTokenClaims, Revocations } from './types.ts';

/** Seconds for which an entry outlives its tokens: a verifier takes those for a while longer (`clockTolerance`). */
const GRACE = 300;
/** Seconds between two questions: a storm of news is read in portions. */
const INTERVAL = 0.25;

/**
 * Follows the issuer's list of what has ended, from now until it is closed: news counts as soon as it is there, by default
 * a few milliseconds after the revocation. Needs a client of the issuer's with the scope `revocations:read`.
 * @throws TypeError when an option cannot be right.
 */
export function followRevocations(options: FollowOptions): Revocations {
  return new Follower(followSettingsOf(options));
}

class Follower implements Revocations {
  readonly #settings: FollowSettings;
  readonly #token: FeedToken;
  readonly #list = new RevocationList();
  readonly #closing = new AbortController();
  readonly #complete = Promise.withResolvers<void>();
  /** Of the first try, whatever came of it: tokens that come before it wait for it. */
  readonly #tried = Promise.withResolvers<void>();
  #after: string | undefined;
  /** When the issuer was last heard, in milliseconds; undefined before the first whole list. */
  #heardAt: number | undefined;

  constructor(settings: FollowSettings) {
    this.#settings = settings;
    this.#token = feedToken(settings);
    this.#complete.promise.catch(() => undefined);
    void this.#follow();
  }

  async isRevoked(claims: AccessTokenClaims): Promise<boolean> {
    if (this.#heardAt === undefined) await this.#tried.promise;
    if (this.#list.isRevoked(claims)) return true;
    if (this.#settings.onStale === 'refuse' && this.#isStale()) throw this.#unavailable();
    return false;
  }

  ready(): Promise<void> {
    return this.#complete.promise;
  }

  close(): void {
    this.#closing.abort();
    this.#tried.resolve();
    this.#complete.reject(this.#unavailable());
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; ) {
      const seconds = await this.#read().then(
        () => {
          failures = 0;
          return INTERVAL;
        },
        (error: unknown) => {
          failures += 1;
          return this.#failed(error, failures);
        },
      );
      this.#tried.resolve();
      await pause(seconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  async #read(): Promise<void> {
    const { entries, next } = await readFeed(this.#after, this.#token, this.#settings, this.#closing.signal);
    this.#list.add(entries);
    this.#after = next;
    this.#heardAt = this.#now();
    this.#list.sweep(this.#heardAt - GRACE * 1000);
    this.#complete.resolve();
  }

  /** The seconds to wait after it. */
  #failed(cause: unknown, failures: number): number {
    const { shortestPause, longestPause, onFailure } = this.#settings;
    if (!this.#closing.signal.aborted) onFailure?.(this.#unavailable(cause));
    return backoff(failures, shortestPause, longestPause);
  }

  /** A clock that was set back says nothing about age. */
  #isStale(): boolean {
    if (this.#heardAt === undefined || this.#closing.signal.aborted) return true;
    const age = this.#now() - this.#heardAt;
    return age < 0 || age >= this.#settings.staleAfter * 1000;
  }

  #unavailable(cause?: unknown): Unavailable {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    const message = `the revocations of ${this.#settings.issuer} cannot be had${why}`;
    return new Unavailable('revocations_unavailable', message, { cause, retryAfter: this.#settings.shortestPause });
  }

  #now(): number {
    return this.#settings.clock.now().getTime();
  }
}
