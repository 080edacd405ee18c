import type { DeliveryParts } from './deliver.ts';
import { failAbandoned } from './store.ts';

/** Finds the mails that nobody will try again, and did not hear so: they have failed for good, and can be seen then. */
export async function sweepMails({ db, onResult }: Pick<DeliveryParts, 'db' | 'onResult'>): Promise<void> {
  const failed = await failAbandoned(db);
  for (let mail = 0; mail < failed; mail += 1) onResult?.('failed');
}
