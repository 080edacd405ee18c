import type { Knex } from 'knex';
import type { DatabaseClock } from '../../kernel/database-clock.ts';
import { run } from '../../kernel/statement.ts';
import { type CallerSql, callerRow, hasDevice, IS_IN_TIME, isOwn, NOW, note, setDevice } from './caller-store.ts';
import { leftAt, stateAt } from './row.ts';
import type { StoredState } from './state-data.ts';
import type { Caller, State } from './types.ts';

export interface Save {
  readonly id: string;
  readonly caller: Caller;
  /** Those of which the caller has the data. */
  readonly versions: readonly number[];
  readonly stored: StoredState;
}

/** What a save came to: the session as it is after it, or as it was found. */
export interface SaveRow {
  readonly has_device: boolean;
  /** Whether the data are those that are stored already. */
  readonly same: boolean;
  readonly version: number;
  readonly state: State;
  readonly left_ms: number | null;
  /** Milliseconds since the epoch. */
  readonly updated_ms: number;
}

/** What becomes of a save whose session somebody else is changing at that moment. */
type Busy = 'wait' | 'skip';

/**
 * Saves, writes the trail and says how it went, each at its place, as one statement and one commit. Undefined: there is no such
 * session, or none that is the caller's. Where another was faster, or is at it and not waited for, or two saves are of one
 * session, what is told of it is as it was before: that save is to be tried again.
 */
export async function writeStates(
  db: Knex,
  time: DatabaseClock,
  saves: readonly Save[],
  busy: Busy,
): Promise<readonly (SaveRow | undefined)[]> {
  const { rows } = await run<SaveRow & { readonly n: number }>(db, SAVE[busy], [time.ahead, rowsOf(saves)]);
  const byPlace = new Map(rows.map((row) => [row.n, row]));
  return saves.map((_, n) => byPlace.get(n));
}

/** A JSON array of rows. What is to be stored is JSON already, and goes in as it is. */
function rowsOf(saves: readonly Save[]): string {
  const rows = saves.map(({ id, caller, versions, stored: { text, digest, size } }, n) => {
    const row = { n, ...callerRow(id, caller), versions, digest: digest.toString('hex'), size };
    return `{"data":${text},${JSON.stringify(row).slice(1)}`;
  });
  return `[${rows.join(',')}]`;
}

/** A save among those that are asked for. */
const ASKED: CallerSql = { id: 'a.id', kind: 'a.kind', actor: 'a.actor', client_id: 'a.client_id', device: 'a.device' };

/** The same where it has been done. */
const CHANGED: CallerSql = { ...ASKED, kind: 'kind', actor: 'actor', client_id: 'client_id' };

const told = (s: string) => `${s}.version, ${stateAt(s, NOW)} as state, ${leftAt(s, NOW)} as left_ms,
  floor(1000 * extract(epoch from ${s}.updated_at))::float8 as updated_ms`;

/** Rows are locked before they are changed, by a step of its own: an update alone has no way to pass over those of others. */
const save = (locking: string) => `
  with asked as materialized (
    select a.*, decode(a.digest, 'hex') as hash
    from json_to_recordset($2::json) as a (n int, id uuid, kind text, actor text, client_id text, device text,
      versions int[], digest text, size int, data json)
  ), locked as (
    select a.n, s.id from asked a join assessment_sessions s on ${isOwn(ASKED)}
    where ${hasDevice(ASKED)} and s.state = 'in_progress' and ${IS_IN_TIME}
      and s.version = any(a.versions) and s.state_hash <> a.hash
    for no key update of s ${locking}
  ), changed as (
    update assessment_sessions s set
      state_data = a.data, state_hash = a.hash, state_size = a.size, version = s.version + 1,
      trail_length = s.trail_length + 1, updated_at = ${NOW}, ${setDevice(ASKED)}
    from locked l join asked a on a.n = l.n where s.id = l.id
    returning a.n, a.kind, a.actor, a.client_id, s.id, s.state, s.version, s.state_size, s.state_hash, s.trail_length,
      s.updated_at, s.due_at, s.ended_at, s.remaining_ms, s.running_since, s.expires_at
  ), noted as (${note(`'save'`, 'null', CHANGED)})
  select c.n, true as has_device, true as same, ${told('c')} from changed c
  union all
  select a.n, ${hasDevice(ASKED)}, s.state_hash = a.hash, ${told('s')}
  from asked a join assessment_sessions s on ${isOwn(ASKED)}
  where a.n not in (select n from changed)`;

const SAVE = {
  wait: { name: 'save-assessment-states', text: save('') },
  skip: { name: 'save-assessment-states-that-are-free', text: save('skip locked') },
};
