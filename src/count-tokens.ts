import type { Knex } from 'knex';
import type { Clock } from './kernel/clock.ts';
import { COUNTED_EVERY, SignedTokens } from './keys/index.ts';
import { kidOf, type ProviderParts } from './oidc/index.ts';
import { countTokens, type Logger, type Metrics } from './telemetry/index.ts';

/** Tokens by their key: counted for metrics, and noted for whoever is to revoke a key. */
export interface TokenCounting {
  readonly hear: ProviderParts['hear'];
  /** Hears of a token that `/v1` was shown. */
  readonly shown: (token: string) => void;
  /** Writes down what this process has counted so far. */
  readonly flush: () => Promise<void>;
}

/** @param kids those of the published keys, asked for at each use */
export function buildCounting(
  metrics: Metrics,
  { db, clock }: { readonly db: Knex; readonly clock: Clock },
  kids: () => readonly string[],
): TokenCounting {
  const counts = countTokens(metrics, kids);
  const signed = new SignedTokens();
  const verified = (token: string, by: string) => counts.verified(kidOf(token), by);
  return {
    hear: {
      signed({ kid, kind, clientId, expiresAt }) {
        counts.signed(kid, kind);
        if (kind !== 'other' && expiresAt) signed.add({ kid, kind, clientId, expiresAt });
      },
      verified,
    },
    shown: (token) => verified(token, 'api'),
    flush: () => signed.flush(db, clock.now()),
  };
}

/** Writes down what is counted, now and then and at the end. @returns what ends it */
export function keepCounting({ flush }: TokenCounting, logger: Logger): () => Promise<void> {
  const write = () => flush().catch((error) => logger.warn({ err: error }, 'signed tokens were not noted'));
  const timer = setInterval(write, COUNTED_EVERY * 1000).unref();
  return async () => {
    clearInterval(timer);
    await write();
  };
}
