import type { DeliveryParts } from './deliver.ts';
import { mailFailed } from './events.ts';
import { failAbandoned, removeOldMails } from './store.ts';

const DAY = 86_400_000;
/** Milliseconds that it is remembered that a mail was sent: as long as somebody may ask where it is. */
const SENT_KEPT = 30 * DAY;
/** And that one could not be sent, counted from when it was queued: an operator has longer to see why. */
const FAILED_KEPT = 90 * DAY;

/**
 * Finds the mails that nobody will try again, and did not hear so: they have failed for good, and can be seen then.
 * Removes those that are too old to be of interest.
 */
export async function sweepMails({
  db,
  clock,
  onResult,
}: Pick<DeliveryParts, 'db' | 'clock' | 'onResult'>): Promise<void> {
  const failed = await failAbandoned(db, clock.now(), (mail) => mailFailed(mail, 'abandoned'));
  for (let mail = 0; mail < failed; mail += 1) onResult?.('failed');
  const ago = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds);
  await removeOldMails(db, { sentBefore: ago(SENT_KEPT), failedBefore: ago(FAILED_KEPT) });
}
