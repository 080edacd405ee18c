import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import { createDiscovery, type Discovery } from './discovery.ts';
import { TokenRefused, Unavailable } from './errors.ts';
import { type FetchedDocument, fetchDocument } from './fetch-document.ts';
import type { Settings } from './settings.ts';

/** Keys in memory, and how long they may be used without asking; times in milliseconds. */
interface Held {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly url: string;
  readonly etag: string | undefined;
  readonly at: number;
  readonly freshFor: number;
  readonly staleFor: number;
}

/**
 * The issuer's keys. Fresh ones are used as they are; stale ones while others are fetched behind, as the issuer allows
 * (RFC 5861 §3), and for as long as it does not answer. One fetch at a time, shared by all that wait for it.
 */
export class KeySet {
  readonly #settings: Settings;
  readonly #discovery: Discovery;
  #held: Held | undefined;
  #fetching: Promise<void> | undefined;
  #failures = 0;
  #retryAt = 0;
  /** When a key was last looked for that was not known. */
  #soughtAt = Number.NEGATIVE_INFINITY;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#discovery = createDiscovery(settings);
  }

  /** @throws TokenRefused for a key that the issuer does not have, Unavailable when nobody can tell. */
  async keyFor(header: JWTHeaderParameters, correlationId: string | undefined): Promise<CryptoKey> {
    if (typeof header.kid !== 'string') throw new TokenRefused('token_key_unknown', 'the token names no key');
    await this.ready(correlationId);
    return (await this.#find(header)) ?? (await this.#seek(header, correlationId));
  }

  /** Waits only where there are no keys that may be used. */
  async ready(correlationId: string | undefined): Promise<void> {
    const held = this.#held;
    const age = held ? this.#now() - held.at : Number.POSITIVE_INFINITY;
    if (held && age >= 0 && age < held.freshFor) return;
    const asked = this.#ask(correlationId);
    const usable = held && age < this.#settings.staleLimit * 1000;
    if (usable && (age < held.freshFor + held.staleFor || this.#failures > 0)) return void asked.catch(() => undefined);
    await asked.catch((error: unknown) => {
      if (!usable) throw error;
    });
  }

  /** Fetches now, or waits for the fetch that is under way. */
  refresh(correlationId: string | undefined): Promise<void> {
    this.#fetching ??= this.#fetch(correlationId).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Fetches, but not while it pauses after a failure. */
  async #ask(correlationId: string | undefined): Promise<void> {
    const pause = this.#retryAt - this.#now();
    // A clock that was set back makes nobody wait longer.
    if (!this.#fetching && pause > 0 && pause <= this.#settings.cooldown * 1000) throw this.#unavailable();
    await this.refresh(correlationId);
  }

  /** A key that is not known may be new: of fifty tokens that name it one fetches, and none before the cooldown is over. */
  async #seek(header: JWTHeaderParameters, correlationId: string | undefined): Promise<CryptoKey> {
    if (this.#fetching) {
      await this.#fetching.catch(() => undefined);
      const key = await this.#find(header);
      if (key) return key;
    }
    const now = this.#now();
    if (Math.abs(now - this.#soughtAt) >= this.#settings.cooldown * 1000) {
      this.#soughtAt = now;
      await this.#ask(correlationId).catch(() => undefined);
      const key = await this.#find(header);
      if (key) return key;
    }
    if (this.#failures > 0) throw this.#unavailable();
    throw new TokenRefused('token_key_unknown', 'the issuer has no such key');
  }

  async #find(header: JWTHeaderParameters): Promise<CryptoKey | undefined> {
    return this.#held?.find(header).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      throw error;
    });
  }

  async #fetch(correlationId: string | undefined): Promise<void> {
    try {
      const url = await this.#discovery.jwksUri(correlationId);
      const etag = this.#held?.url === url ? this.#held.etag : undefined;
      this.#hold(url, await fetchDocument(url, { correlationId, etag }, this.#settings));
      this.#failures = 0;
      this.#retryAt = 0;
    } catch (cause) {
      this.#discovery.forget();
      this.#failures += 1;
      this.#retryAt = this.#now() + 1000 * Math.min(this.#settings.cooldown, 2 ** (this.#failures - 1));
      const error = this.#unavailable(cause);
      this.#settings.onRefreshFailure?.(error);
      throw error;
    }
  }

  #hold(url: string, { document, etag, freshFor, staleFor }: FetchedDocument): void {
    const { cooldown, cacheMaxAge } = this.#settings;
    const find = document === undefined ? this.#held?.find : createLocalJWKSet(document as JSONWebKeySet);
    if (!find) throw new Error(`${url} answered 304 to nothing`);
    const fresh = Math.min(Math.max(freshFor, cooldown), cacheMaxAge);
    const stale = Math.min(staleFor, cacheMaxAge - fresh);
    this.#held = { find, url, etag, at: this.#now(), freshFor: fresh * 1000, staleFor: stale * 1000 };
  }

  #unavailable(cause?: unknown): Unavailable {
    const { issuer } = this.#settings;
    const code = cause instanceof Unavailable ? cause.code : 'keys_unavailable';
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    const retryAfter = (this.#retryAt - this.#now()) / 1000;
    return new Unavailable(code, `the keys of ${issuer} cannot be had${why}`, { cause, retryAfter });
  }

  #now(): number {
    return this.#settings.clock.now().getTime();
  }
}
