import type { Knex } from 'knex';
import type { EndingParts } from './end-sessions.ts';
import { recordEnded } from './revocations.ts';

/** Ends a client's access tokens that nobody stores: those issued until now, for it may be opened again. */
export function endClientTokens({ clock }: EndingParts) {
  return async (transaction: Knex.Transaction, clientId: string): Promise<void> => {
    const now = clock.now();
    const before = Math.floor(now.getTime() / 1000) + 1;
    await recordEnded(transaction, [{ kind: 'client', value: clientId, before }], now);
  };
}
