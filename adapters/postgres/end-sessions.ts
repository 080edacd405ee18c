import type { Knex } from 'knex';
import {
  isOfSessions,
  signedInWith,
  TELL_ATTEMPTS,
  TELL_CLIENT,
  type WhichSessions,
} from '../../src/artifacts/index.ts';
import { append, type NewEvent } from '../../src/events/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import { type Ended, recordEnded } from './revocations.ts';

export interface EndingParts {
  readonly clock: Clock;
  /** Told once it is committed that something has ended. */
  readonly onEnded?: () => void;
}

/**
 * Ends what a user is signed in with, as part of a transaction: everywhere, but in one session, or in one alone. Looks
 * twice: a request that was faster may have given the session another id, which the first look could not see yet; any
 * later one finds no session to go on with.
 *
 * What was issued goes, the grants it was issued under have ended, and both are on the list of what has ended, by which
 * tokens are refused that nobody stores. The applications of each session are told behind the commit.
 */
export async function endSessions(
  transaction: Knex.Transaction,
  parts: EndingParts,
  userId: string,
  which?: WhichSessions,
): Promise<void> {
  for (let look = 0; look < 2; look += 1) {
    const rows = await heldBy(transaction, userId);
    const [meant, kept] = partition(rows, ({ payload }) => isOfSessions(which, payload));
    const removed = await remove(transaction, meant);
    await append(
      transaction,
      parts.clock.now(),
      ...meant.filter(({ id }) => removed.has(hex(id))).flatMap((row) => eventsOf(userId, row)),
    );
    const own = meant.flatMap(grantsOf);
    const grants = which && 'only' in which ? own : [...own, ...(await grantsBut(transaction, userId, kept))];
    await endGrants(transaction, parts, grants, [...signedOut(meant), ...(which ? [] : everything(userId, parts))]);
    await tellClients(transaction, userId, meant);
  }
}

interface Row {
  readonly model: string;
  readonly id: Buffer;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grant_id: Buffer | null;
}

/** Looked through here: PostgreSQL reads no JSON in which an application has sent \u0000. */
function heldBy(transaction: Knex.Transaction, userId: string): Promise<Row[]> {
  return transaction('oidc_artifacts')
    .where({ account_id: userId })
    .whereIn('model', [...signedInWith])
    .select('model', 'id', 'payload', 'grant_id');
}

/** @returns the ids of those that nobody else had removed meanwhile */
async function remove(transaction: Knex.Transaction, rows: readonly Row[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const removed = await transaction.raw(
    `delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as r (model, id)
     where a.model = r.model and a.id = r.id returning a.id`,
    [rows.map(({ model }) => model), rows.map(({ id }) => id)],
  );
  return new Set(removed.rows.map(({ id }: Row) => hex(id)));
}

const hex = (id: Buffer) => id.toString('hex');

/** Of what was ended, the sessions of somebody. */
function eventsOf(userId: string, { model, payload: { uid } }: Row): NewEvent[] {
  if (model !== 'Session' || typeof uid !== 'string') return [];
  const data = { user_id: userId, session_id: uid, reason: 'ended' } as const;
  return [{ type: 'identity.session.ended.v1', subject: userId, data }];
}

/** What a session knows of its applications. */
function authorizationsOf({ model, payload }: Row): [clientId: string, { sid?: string; grantId?: string }][] {
  return model === 'Session' ? Object.entries((payload['authorizations'] ?? {}) as object) : [];
}

function grantsOf(row: Row): Buffer[] {
  const ofSession = authorizationsOf(row).flatMap(([, { grantId }]) => (grantId ? [sha256(grantId)] : []));
  return row.grant_id ? [row.grant_id, ...ofSession] : ofSession;
}

/** All grants of a user but those that what stays was issued under. */
async function grantsBut(transaction: Knex.Transaction, userId: string, kept: readonly Row[]): Promise<Buffer[]> {
  const grants: Buffer[] = await transaction('oidc_artifacts')
    .where({ account_id: userId, model: 'Grant' })
    .whereNull('consumed_at')
    .pluck('id');
  const staying = new Set(kept.flatMap(grantsOf).map((id) => id.toString('hex')));
  return grants.filter((id) => !staying.has(id.toString('hex')));
}

const signedOut = (rows: readonly Row[]): Ended[] =>
  rows.flatMap(authorizationsOf).flatMap(([, { sid }]) => (sid ? [{ kind: 'sid', value: sid }] : []));

/** Tokens of this second are known by their grants: whoever signs in anew within it is not meant. */
const everything = (userId: string, { clock }: EndingParts): Ended[] => [
  { kind: 'sub', value: userId, before: Math.floor(clock.now().getTime() / 1000) },
];

/** Marks grants as ended: their owner still sees what they gave; and puts them on the list, with what else has ended. */
export async function endGrants(
  transaction: Knex.Transaction,
  { clock, onEnded }: EndingParts,
  grants: readonly Buffer[],
  others: readonly Ended[] = [],
): Promise<readonly MarkedGrant[]> {
  const now = clock.now();
  const ids = [...new Map(grants.map((id) => [id.toString('hex'), id])).values()];
  const marked = await transaction('oidc_artifacts')
    .where({ model: 'Grant' })
    .whereIn('id', ids)
    .update({ consumed_at: now })
    .returning(['id', 'client_id', 'status_index']);
  const ended = marked.map(
    ({ id, status_index }): Ended => ({
      kind: 'grant',
      value: id.toString('base64url'),
      statusIndex: status_index ?? undefined,
    }),
  );
  await recordEnded(transaction, [...ended, ...others], now);
  transaction.executionPromise.then(onEnded, () => undefined);
  return marked;
}

/** A grant that has ended. */
export interface MarkedGrant {
  readonly id: Buffer;
  readonly client_id: string | null;
}

/** Queues a job for each application of the sessions that wants to hear of it. */
async function tellClients(transaction: Knex.Transaction, userId: string, rows: readonly Row[]): Promise<void> {
  const told = rows.flatMap(authorizationsOf).flatMap(([clientId, { sid }]) => (sid ? [{ clientId, sid }] : []));
  if (told.length === 0) return;
  await transaction.raw(
    `select graphile_worker.add_job(?, json_build_object('client_id', t.client_id, 'sub', ?::text, 'sid', t.sid), max_attempts => ?)
     from unnest(?::text[], ?::text[]) as t (client_id, sid) join clients c on c.client_id = t.client_id
     where c.metadata ->> 'backchannel_logout_uri' is not null`,
    [TELL_CLIENT, userId, TELL_ATTEMPTS, told.map(({ clientId }) => clientId), told.map(({ sid }) => sid)],
  );
}

function partition<T>(all: readonly T[], is: (each: T) => boolean): [those: T[], others: T[]] {
  return [all.filter(is), all.filter((each) => !is(each))];
}
