import { Counter } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** Under which tokens are counted whose key is none of ours, or that have none, as opaque ones. */
const [OTHER, NONE] = ['other', 'none'];

/** Counts by key. What can be shown as a kid is bounded: the keys of this moment, and the two above. */
export interface TokenCounts {
  signed(kid: string, kind: string): void;
  verified(kid: string | undefined, by: string): void;
}

/**
 * Counts tokens by the key they were signed with: those that this process has signed, and those that it was shown.
 * @param kids those of the published keys
 */
export function countTokens({ registry }: Metrics, kids: () => readonly string[]): TokenCounts {
  const signed = new CountsByKid(kids);
  const verified = new CountsByKid(kids);
  new Counter({
    name: 'tokens_signed_total',
    help: 'Tokens signed, by key and kind; of keys that are published.',
    labelNames: ['kid', 'kind'],
    registers: [registry],
    collect() {
      this.reset();
      signed.each((kid, kind, count) => this.inc({ kid, kind }, count));
    },
  });
  new Counter({
    name: 'token_verifications_total',
    help: 'Tokens that somebody wanted looked at, by the key they name, and by whom: introspection, userinfo, api.',
    labelNames: ['kid', 'by'],
    registers: [registry],
    collect() {
      this.reset();
      verified.each((kid, by, count) => this.inc({ kid, by }, count));
    },
  });
  return {
    signed: (kid, kind) => signed.add(kid, kind),
    verified: (kid, by) => verified.add(kid === undefined ? NONE : kids().includes(kid) ? kid : OTHER, by),
  };
}

/** Keys come and go; what is counted of one goes with it. */
class CountsByKid {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #kids: () => readonly string[];

  constructor(kids: () => readonly string[]) {
    this.#kids = kids;
  }

  add(kid: string, label: string): void {
    const own = this.#counts.get(kid) ?? new Map<string, number>();
    this.#counts.set(kid, own.set(label, (own.get(label) ?? 0) + 1));
  }

  each(tell: (kid: string, label: string, count: number) => void): void {
    const known = new Set([...this.#kids(), OTHER, NONE]);
    for (const [kid, own] of this.#counts) {
      if (!known.has(kid)) this.#counts.delete(kid);
      else for (const [label, count] of own) tell(kid, label, count);
    }
  }
}
