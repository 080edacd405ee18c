import type { Knex } from 'knex';
import type { AccountParts } from '../accounts/index.ts';
import type { ClientRegistry } from '../clients/index.ts';
import type { Show } from '../http/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyParts, KeyRing } from '../keys/index.ts';

/** What `/v1` is made of. */
export interface ApiParts {
  readonly issuer: string;
  readonly db: Knex;
  readonly clock: Clock;
  readonly clients: ClientRegistry;
  /** The keys of this moment: they rotate. */
  readonly keyRing: () => KeyRing;
  /** What keys are turned with. */
  readonly keyParts: KeyParts;
  /** Writes down what this process has signed, so that nothing is missing of what revoking a key breaks. */
  readonly noteSigned: () => Promise<void>;
  /** Has this process sign and publish by the keys as they are stored now. */
  readonly reloadKeys: () => Promise<void>;
  /** Hears of every token that is shown. */
  readonly shown: (token: string) => void;
  readonly accounts: AccountParts;
  readonly show: Show;
}

/** What tells who calls: all of it in memory. */
export type GuardParts = Pick<ApiParts, 'issuer' | 'clock' | 'clients' | 'keyRing' | 'shown'>;
