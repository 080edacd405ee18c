import type { Knex } from 'knex';
import type { CandidateParts } from '../parts.ts';
import { expireOf } from './expiry-store.ts';
import { terminateOf } from './terminate-store.ts';

/** Ends all of a candidate's live sessions, within the transaction that ends more than those. */
export async function terminateAll(
  transaction: Knex.Transaction,
  { time }: Pick<CandidateParts, 'time'>,
  candidateId: string,
  { clientId, reason }: { readonly clientId: string; readonly reason: string },
): Promise<void> {
  await expireOf(transaction, time, candidateId);
  await terminateOf(transaction, time, candidateId, clientId, reason);
}
