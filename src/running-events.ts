import type { Knex } from 'knex';
import { listen } from '../adapters/postgres/index.ts';
import { EVENTS_APPENDED, type EventLog, followLog, keepMonths } from './events/index.ts';
import type { Clock } from './kernel/clock.ts';

export interface RunningEvents {
  readonly log: EventLog;
  close(): Promise<void>;
}

/**
 * The log as this process reads it, with partitions for what is to come.
 * @param retention seconds that an event is kept
 */
export async function runEvents(
  { db, clock }: { readonly db: Knex; readonly clock: Clock },
  databaseUrl: string,
  retention: number,
): Promise<RunningEvents> {
  await keepMonths({ db, clock }, retention);
  const log = followLog(db);
  const listener = listen(databaseUrl, EVENTS_APPENDED, () => log.wake());
  return { log, close: listener.close };
}
