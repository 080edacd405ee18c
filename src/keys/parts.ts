import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import type { KeyPolicy } from './life.ts';

/** What keys are turned with. */
export interface KeyParts {
  readonly db: Knex;
  readonly clock: Clock;
  readonly masterKeys: readonly Buffer[];
  readonly policy: KeyPolicy;
}
