import type { Knex } from 'knex';
import type { Config } from '../../config/index.ts';
import { type EventLog, followLog } from '../../events/index.ts';
import { load } from '../run.ts';
import { withSchema } from '../with-schema.ts';

export interface EventParts {
  readonly db: Knex;
  readonly log: EventLog;
  readonly config: Config;
}

/** Runs `work` on the log of this project. */
export function withEvents<T>(work: (parts: EventParts) => Promise<T>): Promise<T> {
  const config = load({ makeKey: false });
  return withSchema(config, (db) => work({ db, log: followLog(db), config }));
}
