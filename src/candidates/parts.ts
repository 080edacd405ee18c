import type { Knex } from 'knex';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import type { Saves } from './assessments/index.ts';

/** What the use cases of candidates and their sessions are made of. */
export interface CandidateParts {
  readonly db: Knex;
  readonly time: DatabaseClock;
  readonly saves: Saves;
  /** Told once it is committed that tokens have ended. */
  readonly onEnded?: () => void;
  /** Ends whatever somebody is signed in with, and their tokens, within the transaction. */
  readonly endSessions: (transaction: Knex.Transaction, subject: string) => Promise<void>;
}
