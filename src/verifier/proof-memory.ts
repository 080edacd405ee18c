import { createHash } from 'node:crypto';
import { TokenRefused, Unavailable } from './errors.ts';
import type { Settings } from './settings.ts';

/**
 * DPoP proofs that were used, for as long as they could be used again; of each its digest. When there is no room for
 * more it says so: to forget one would let it in a second time.
 */
export class ProofMemory {
  readonly #settings: Settings;
  /** Digest → when it may be forgotten, in the order in which they were used. */
  readonly #used = new Map<string, number>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws TokenRefused for one that is known, Unavailable when there are too many. */
  use(thumbprint: string, jti: string): void {
    const now = this.#settings.clock.now().getTime();
    this.#forget(now);
    const digest = createHash('sha256').update(`${thumbprint} ${jti}`).digest('base64url');
    if (this.#used.has(digest)) throw new TokenRefused('proof_replayed', 'the proof was used before');
    if (this.#used.size >= this.#settings.proofsRemembered) {
      throw new Unavailable('proofs_full', 'more proofs are shown than can be remembered');
    }
    this.#used.set(digest, now + this.#lifetime());
  }

  #forget(now: number): void {
    for (const [digest, until] of this.#used) {
      if (until > now) return;
      this.#used.delete(digest);
    }
  }

  /** From a proof that is as far ahead as may be until it is too old, in milliseconds. */
  #lifetime(): number {
    const { proofMaxAge, clockTolerance } = this.#settings;
    return (proofMaxAge + 2 * clockTolerance + 1) * 1000;
  }
}
