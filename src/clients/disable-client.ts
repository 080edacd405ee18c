import { change } from './change.ts';
import type { ClientParts } from './parts.ts';
import { setDisabled } from './store.ts';

/**
 * Shuts a client, whoever manages it: at every endpoint of every node it is as if there were none of that id, so nothing
 * that it holds can be used here. What it holds stays stored. An access token that an API checks by itself is not looked
 * at here; to end those is this transaction's, too.
 * @returns false when there is no such client.
 */
export function disableClient({ db, clock }: ClientParts, clientId: string): Promise<boolean> {
  const now = clock.now();
  return change(db, clientId, (transaction) => setDisabled(transaction, clientId, now, now));
}

/**
 * Opens it again, as it was.
 * @returns false when there is no such client.
 */
export function enableClient({ db, clock }: ClientParts, clientId: string): Promise<boolean> {
  return change(db, clientId, (transaction) => setDisabled(transaction, clientId, null, clock.now()));
}
