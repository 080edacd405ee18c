import type { Knex } from 'knex';
import type { AccountParts } from '../../src/accounts/index.ts';
import { buildCandidates, buildInvitations } from '../../src/build-candidates.ts';
import type { CandidateParts } from '../../src/candidates/index.ts';
import type { EventType } from '../../src/events/index.ts';
import type { InvitationParts } from '../../src/invitations/index.ts';
import type { KeyParts } from '../../src/keys/index.ts';
import { accountParts } from './accounts.ts';
import { TestDatabaseClock } from './candidates.ts';
import { keyParts } from './keys.ts';
import { TestClock } from './test-clock.ts';

/** What use cases write down: one that is prepared, done, and looked at. */
export interface UseCase {
  readonly does: string;
  readonly tells: readonly EventType[];
  /** Makes what it needs; what it returns is the use case itself. */
  readonly prepare: (scene: Scene) => Promise<() => Promise<unknown>>;
  /** `event`: it changes nothing else that could fail. `change`: that it failed is a change, too, and kept. */
  readonly alone?: 'event' | 'change';
}

/** What all use cases are made of, on one database; time goes on when it is told to. */
export interface Scene {
  readonly db: Knex;
  readonly clock: TestClock;
  readonly parts: AccountParts;
  readonly keys: KeyParts;
  readonly candidates: CandidateParts & { readonly time: TestDatabaseClock };
  readonly invitations: InvitationParts;
}

export function sceneOn(db: Knex): Scene {
  const [clock, time] = [new TestClock(), new TestDatabaseClock()];
  const parts = accountParts(db, clock);
  const candidates = { ...buildCandidates(parts, time, {}), time };
  const { issuer, mail } = parts;
  const invitations = buildInvitations({ issuer, masterKeys: mail.masterKeys }, parts, candidates);
  return { db, clock, parts, keys: keyParts(db, clock), candidates, invitations };
}
