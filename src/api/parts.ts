import type { Knex } from 'knex';
import type { AccountParts } from '../accounts/index.ts';
import type { CandidateParts } from '../candidates/index.ts';
import type { ClientRegistry } from '../clients/index.ts';
import type { EventLog } from '../events/index.ts';
import type { Show } from '../http/index.ts';
import type { InvitationParts } from '../invitations/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyParts, KeyRing } from '../keys/index.ts';
import type { Possession } from '../oidc/index.ts';
import type { KeptRevocations } from '../revocations/index.ts';

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
  /** How a caller shows that it holds the key of a token that is bound to one. */
  readonly possession: Possession;
  /** What has ended before its time, in memory. */
  readonly revocations: KeptRevocations;
  /** What has happened, in order. */
  readonly log: EventLog;
  /** Writes down what this process has signed, so that nothing is missing of what revoking a key breaks. */
  readonly noteSigned: () => Promise<void>;
  /** Has this process sign and publish by the keys as they are stored now. */
  readonly reloadKeys: () => Promise<void>;
  /** Hears of every token that is shown. */
  readonly shown: (token: string) => void;
  readonly accounts: AccountParts;
  readonly invitations: InvitationParts;
  readonly candidates: CandidateParts;
  /** What cursors are sealed with, newest first. */
  readonly masterKeys: readonly Buffer[];
  readonly show: Show;
}

/** What tells who calls: all of it in memory, but for the proofs that were shown before. */
export type GuardParts = Pick<ApiParts, 'issuer' | 'clock' | 'clients' | 'keyRing' | 'shown' | 'possession'> & {
  readonly revocations: Pick<KeptRevocations, 'isRevoked'>;
};
