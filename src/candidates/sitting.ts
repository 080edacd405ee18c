import type { Knex } from 'knex';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import { readSitting, type SittingRow } from './sitting-store.ts';
import type { Candidate } from './types.ts';

/** A candidate at a session: what there is to know of somebody who is signed in for it. */
export interface Sitting {
  readonly sessionId: string;
  readonly candidate: Pick<Candidate, 'id' | 'externalId' | 'email' | 'name'>;
  /** Why nobody may be signed in for it: it has ended, or the candidate is not active. */
  readonly closed: 'over' | 'inactive' | undefined;
  /** Another device has it that would lose it to the next one. */
  readonly held: boolean;
  /** Whole seconds until the earliest that it can end by itself, if its clock ran from now on; undefined: never. */
  readonly secondsLeft: number | undefined;
  /** Whole seconds until it ends whatever the candidate does (`expires_at`); undefined: no time is set. */
  readonly secondsOpen: number | undefined;
}

/** The sitting of a session, by the database's time, in one statement; undefined where there is no such session. */
export async function findSitting(db: Knex, time: DatabaseClock, sessionId: string): Promise<Sitting | undefined> {
  const row = await readSitting(db, time, sessionId);
  return row && { ...sittingOf(row), sessionId };
}

function sittingOf(row: SittingRow): Omit<Sitting, 'sessionId'> {
  const { candidate_id: id, external_id, email, name } = row;
  const secondsLeft = wholeSeconds(row.left_ms);
  // What is not a whole second any more is over: no token could live that short.
  const isLive = row.live && secondsLeft !== 0;
  return {
    candidate: { id, externalId: external_id ?? undefined, email: email ?? undefined, name: name ?? undefined },
    closed: row.status === 'active' ? (isLive ? undefined : 'over') : 'inactive',
    held: row.held,
    secondsLeft,
    secondsOpen: wholeSeconds(row.open_ms),
  };
}

const wholeSeconds = (milliseconds: number | null): number | undefined =>
  milliseconds === null ? undefined : Math.max(0, Math.floor(milliseconds / 1000));
