import type { Knex } from 'knex';
import { type DatabaseClock, now } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';

/**
 * Gives a live session to the device that has just come, as part of a transaction. Where one alone may have it, the one
 * before is told `taken_over` from now on, whatever it sends.
 * @param device the `sid` of its tokens
 * @returns false where the session has ended, or there is none
 */
export async function takeDevice(
  transaction: Knex.Transaction,
  time: DatabaseClock,
  sessionId: string,
  device: string,
): Promise<boolean> {
  return (await run(transaction, TAKE, [time.ahead, sessionId, device])).rowCount === 1;
}

const NOW = now('$1');

const TAKE = {
  name: 'take-assessment-device',
  text: `
    update assessment_sessions set
      active_device = case when devices = 'one' then $3::text else active_device end,
      device_since = case when devices = 'one' then ${NOW} else device_since end
    where id = $2 and ended_at is null and (due_at is null or due_at > ${NOW})`,
};
