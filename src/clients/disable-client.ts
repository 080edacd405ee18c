import { change } from './change.ts';
import type { ClientParts } from './parts.ts';
import { setDisabled } from './store.ts';

/**
 * Shuts a client, whoever manages it: at every endpoint of every node it is as if there were none of that id, so nothing
 * that it holds can be used here, and its access tokens are on the list of what has ended. What it holds stays stored.
 * @returns false when there is no such client.
 */
export function disableClient({ db, clock, endTokens }: ClientParts, clientId: string): Promise<boolean> {
  const now = clock.now();
  return change(db, clientId, async (transaction) => {
    if (!(await setDisabled(transaction, clientId, now, now))) return false;
    await endTokens(transaction, clientId);
    return true;
  });
}

/**
 * Opens it again, as it was.
 * @returns false when there is no such client.
 */
export function enableClient({ db, clock }: ClientParts, clientId: string): Promise<boolean> {
  return change(db, clientId, (transaction) => setDisabled(transaction, clientId, null, clock.now()));
}
