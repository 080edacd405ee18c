import type { Knex } from 'knex';
import { addSigned, type SignedCount } from './signed-store.ts';
import type { SignedToken } from './types.ts';

/** Seconds between two writes of what a process has counted: what is told of live tokens is that old. */
export const COUNTED_EVERY = 10;
/** Milliseconds: tokens are counted by the minute in which they expire. */
const MINUTE = 60_000;

/**
 * Counts what this process signs, so that revoking a key can tell what it breaks. Signed tokens are stored nowhere, and
 * signing one costs no statement: counts are kept in memory, and written now and then as one.
 */
export class SignedTokens {
  #counts = new Map<string, SignedCount>();

  add(token: SignedToken, tokens = 1): void {
    const expiresAt = new Date(Math.ceil(token.expiresAt.getTime() / MINUTE) * MINUTE);
    const name = [token.kid, token.kind, expiresAt.getTime(), token.clientId].join(' ');
    const before = this.#counts.get(name)?.tokens ?? 0;
    this.#counts.set(name, { ...token, expiresAt, tokens: before + tokens });
  }

  /** Writes what was counted since the last time, in one statement; none where there is nothing. What fails is kept. */
  async flush(db: Knex, now: Date): Promise<void> {
    const counts = [...this.#counts.values()].filter(({ expiresAt }) => expiresAt > now);
    this.#counts = new Map();
    if (counts.length === 0) return;
    try {
      await addSigned(db, counts);
    } catch (error) {
      for (const { tokens, ...token } of counts) this.add(token, tokens);
      throw error;
    }
  }
}
