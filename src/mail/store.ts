import type { Knex } from 'knex';
import { append, appendSql, type NewEvent } from '../events/index.ts';
import { BATCH, inBatches } from '../kernel/batch.ts';
import { firstIdAt } from '../kernel/ids.ts';
import type { MailKind } from './types.ts';

interface NewMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly userId: string | undefined;
  readonly createdAt: Date;
}

/** @param rows what has happened with it, in the same statement */
export async function insertMail(db: Knex, { id, kind, userId, createdAt }: NewMail, rows: string): Promise<void> {
  await db.raw(
    `with appended as (${appendSql()}) insert into mails (id, kind, user_id, created_at) values (?, ?, ?, ?)`,
    [rows, id, kind, userId ?? null, createdAt],
  );
}

/** Changes a mail, and writes down what that means where it was changed, in one statement. */
async function changeMail(db: Knex, change: string, values: readonly Knex.Value[], rows: string): Promise<boolean> {
  const sql = `with changed as (${change} returning 1),
    appended as (${appendSql('?', ' where exists (select from changed)')}) select from changed`;
  return (await db.raw(sql, [...values, rows])).rowCount > 0;
}

/** Where there is nothing to write down. */
const NOTHING = '[]';

/** Removes a mail when its user has an older one of the same kind that is younger than `pause` milliseconds before it. */
export async function dropRepeated(db: Knex, id: string, pause: number, rows = NOTHING): Promise<boolean> {
  const repeated = `delete from mails m where m.id = ? and m.state = 'queued' and exists (
    select from mails before where before.user_id = m.user_id and before.kind = m.kind
    and (before.created_at, before.id) < (m.created_at, m.id)
    and before.created_at > m.created_at - ? * interval '1 millisecond')`;
  return changeMail(db, repeated, [id, pause], rows);
}

interface MailState {
  readonly kind: string;
  readonly userId: string | undefined;
  readonly state: string;
  readonly attempts: number;
}

export async function findMailState(db: Knex, id: string): Promise<MailState | undefined> {
  const row = await db('mails').select('kind', 'user_id', 'state', 'attempts').where({ id }).first();
  return row && { kind: row.kind, userId: row.user_id ?? undefined, state: row.state, attempts: row.attempts };
}

/** A mail as its reader may see it later: what it was about, never what it said. */
export interface SentMail {
  readonly kind: string;
  readonly state: string;
  readonly createdAt: Date;
  readonly sentAt: Date | undefined;
}

/** The mails to a user, the oldest first. */
export async function listMails(db: Knex, userId: string): Promise<SentMail[]> {
  const rows = await db('mails').where({ user_id: userId }).orderBy('created_at');
  return rows.map(({ kind, state, created_at, sent_at }) => ({
    kind,
    state,
    createdAt: created_at,
    sentAt: sent_at ?? undefined,
  }));
}

/** Removes the mails to a user, with the jobs of those that were not sent. */
export async function forgetMails(transaction: Knex.Transaction, userId: string): Promise<void> {
  await transaction.raw(
    `select graphile_worker.remove_job(id::text) from mails where user_id = ? and state <> 'sent'`,
    [userId],
  );
  await transaction('mails').where({ user_id: userId }).delete();
}

export async function recordSent(db: Knex, id: string, at: Date, rows: string): Promise<void> {
  const sent = `update mails set state = 'sent', sent_at = ?, last_error = null, attempts = attempts + 1
    where id = ? and state <> 'sent'`;
  await changeMail(db, sent, [at, id], rows);
}

/**
 * Marks as failed what is queued and has no try left: a process that was killed in the last one could not say so.
 * @param tell what to write down of each
 * @returns how many
 */
export function failAbandoned(
  db: Knex,
  at: Date,
  tell: (mail: { id: string; kind: string; userId: string | undefined }) => NewEvent,
): Promise<number> {
  return db.transaction(async (transaction) => {
    const { rows } = await transaction.raw(
      `update mails set state = 'failed', last_error = coalesce(last_error, 'the process that sent it ended')
       where state = 'queued' and not exists (
         select from graphile_worker.jobs j
         where j.key = mails.id::text and (j.attempts < j.max_attempts or j.locked_at is not null))
       returning id, kind, user_id`,
    );
    const failed = rows.map(({ id, kind, user_id }: { id: string; kind: string; user_id: string | null }) =>
      tell({ id, kind, userId: user_id ?? undefined }),
    );
    await append(transaction, at, ...failed);
    return rows.length;
  });
}

/** How many mails since then have failed for good, and why the last one did. */
export async function failuresSince(db: Knex, since: Date): Promise<{ count: number; reason: string | undefined }> {
  const failed = db('mails').where({ state: 'failed' }).where('created_at', '>', since);
  const last = await failed.clone().orderBy('created_at', 'desc').first('last_error');
  const [row] = await failed.count({ count: '*' });
  return { count: Number(row?.['count'] ?? 0), reason: last?.last_error ?? undefined };
}

/** @param rows what that means, where there will be no other try */
export async function recordFailure(db: Knex, id: string, reason: string, rows?: string): Promise<void> {
  const state = rows === undefined ? 'queued' : 'failed';
  const failure = 'update mails set attempts = attempts + 1, last_error = ?, state = ? where id = ?';
  await changeMail(db, failure, [reason.slice(0, 500), state, id], rows ?? NOTHING);
}

/** It will not be sent any more; why it could not be before stays with it. */
export async function recordExpiry(db: Knex, id: string, rows: string): Promise<void> {
  const expired = `update mails set state = 'failed', last_error = concat_ws(': ', 'expired', last_error)
    where id = ? and state = 'queued'`;
  await changeMail(db, expired, [id], rows);
}

/**
 * Removes mails that were sent, or have failed, before these moments, in small batches that nobody waits for.
 * @returns how many went
 */
export async function removeOldMails(
  db: Knex,
  { sentBefore, failedBefore }: { readonly sentBefore: Date; readonly failedBefore: Date },
  batch = BATCH,
): Promise<number> {
  const [sent, failed] = [firstIdAt(sentBefore), firstIdAt(failedBefore)];
  return inBatches(db, SWEEP, [sent, sentBefore, failed], batch);
}

/**
 * An id tells when its mail was queued, and what is too young is not looked at. `materialized`: a subquery with a limit may
 * be run more than once, and each time lock other rows.
 */
const SWEEP = `
  with old as materialized (
    select id from mails
    where id < ? and ((state = 'sent' and sent_at <= ?) or (state = 'failed' and id < ?))
    order by id limit ? for update skip locked
  )
  delete from mails m using old o where m.id = o.id`;
