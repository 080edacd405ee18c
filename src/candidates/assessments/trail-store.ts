import type { Knex } from 'knex';
import type { State, TransitionEvent } from './types.ts';

/** What happened to a session, once, and how it was after that. */
export interface TrailEntry {
  /** Counts a session's entries from 1: one that is missing shows. */
  readonly seq: number;
  readonly event: TransitionEvent | 'create' | 'save' | 'expire';
  readonly state: State;
  readonly version: number;
  /** Bytes of `state_data`, and their SHA-256. */
  readonly stateSize: number;
  readonly stateHash: Buffer;
  readonly actor: { readonly kind: 'service' | 'candidate' | 'clock'; readonly id: string | undefined };
  /** The client that it came by. */
  readonly clientId: string | undefined;
  readonly reason: string | undefined;
  readonly at: Date;
}

/** In the order in which it happened. */
export async function selectTrail(
  db: Knex,
  sessionId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<TrailEntry[]> {
  const rows = await db('assessment_trail')
    .where({ session_id: sessionId })
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit);
  return rows.map((row) => ({
    seq: row.seq,
    event: row.event,
    state: row.state,
    version: row.version,
    stateSize: row.state_size,
    stateHash: row.state_hash,
    actor: { kind: row.actor_kind, id: row.actor ?? undefined },
    clientId: row.client_id ?? undefined,
    reason: row.reason ?? undefined,
    at: row.at,
  }));
}
