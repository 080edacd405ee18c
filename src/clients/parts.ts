import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';

/** What the use cases of clients are made of. */
export interface ClientParts {
  readonly db: Knex;
  readonly clock: Clock;
  /** Removes all that the engine keeps of a client: grants, codes and tokens, whoever's they are. */
  readonly endAccess: (clientId: string) => Promise<void>;
  /** Ends its tokens that nobody stores, those issued until now, as part of a transaction. */
  readonly endTokens: (transaction: Knex.Transaction, clientId: string) => Promise<void>;
}
