import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import type { KeyPolicy } from './life.ts';
import type { Openers } from './private-keys.ts';

/** What keys are turned with. */
export interface KeyParts extends Openers {
  readonly db: Knex;
  readonly clock: Clock;
  readonly policy: KeyPolicy;
}
