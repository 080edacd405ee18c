import type { Knex } from 'knex';
import type { PersonalArtifacts, WhichSessions } from '../artifacts/index.ts';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import type { MailParts } from '../mail/index.ts';

/** What the use cases of coming in are made of. */
export interface InvitationParts {
  readonly db: Knex;
  readonly time: DatabaseClock;
  /** Links are built from it, never from a request. */
  readonly issuer: string;
  /** What codes are keyed with, newest first. */
  readonly masterKeys: readonly Buffer[];
  readonly mail: MailParts;
  /** Ends one of somebody's sign-ins, within the transaction. */
  readonly endSessions: (transaction: Knex.Transaction, subject: string, which: WhichSessions) => Promise<void>;
  readonly renameSession: PersonalArtifacts['renameSession'];
}
