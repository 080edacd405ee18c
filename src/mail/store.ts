import type { Knex } from 'knex';
import { firstIdAt } from '../kernel/ids.ts';
import type { MailKind } from './types.ts';

interface NewMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly userId: string | undefined;
  readonly createdAt: Date;
}

export async function insertMail(db: Knex, { id, kind, userId, createdAt }: NewMail): Promise<void> {
  await db('mails').insert({ id, kind, user_id: userId ?? null, created_at: createdAt });
}

/** Removes a mail when its user has an older one of the same kind that is younger than `pause` milliseconds before it. */
export async function dropRepeated(db: Knex, id: string, pause: number): Promise<boolean> {
  const { rowCount } = await db.raw(
    `delete from mails m where m.id = ? and m.state = 'queued' and exists (
       select from mails before where before.user_id = m.user_id and before.kind = m.kind
       and (before.created_at, before.id) < (m.created_at, m.id)
       and before.created_at > m.created_at - ? * interval '1 millisecond')`,
    [id, pause],
  );
  return rowCount === 1;
}

export async function findMailState(db: Knex, id: string): Promise<{ state: string; attempts: number } | undefined> {
  return db('mails').select('state', 'attempts').where({ id }).first();
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

export async function recordSent(db: Knex, id: string, at: Date): Promise<void> {
  await db('mails')
    .where({ id })
    .update({ state: 'sent', sent_at: at, last_error: null, attempts: db.raw('attempts + 1') });
}

/**
 * Marks as failed what is queued and has no try left: a process that was killed in the last one could not say so.
 * @returns how many
 */
export async function failAbandoned(db: Knex): Promise<number> {
  const { rowCount } = await db.raw(
    `update mails set state = 'failed', last_error = coalesce(last_error, 'the process that sent it ended')
     where state = 'queued' and not exists (
       select from graphile_worker.jobs j
       where j.key = mails.id::text and (j.attempts < j.max_attempts or j.locked_at is not null))`,
  );
  return rowCount;
}

/** How many mails since then have failed for good, and why the last one did. */
export async function failuresSince(db: Knex, since: Date): Promise<{ count: number; reason: string | undefined }> {
  const failed = db('mails').where({ state: 'failed' }).where('created_at', '>', since);
  const last = await failed.clone().orderBy('created_at', 'desc').first('last_error');
  const [row] = await failed.count({ count: '*' });
  return { count: Number(row?.['count'] ?? 0), reason: last?.last_error ?? undefined };
}

export async function recordFailure(db: Knex, id: string, reason: string, options: { final: boolean }): Promise<void> {
  await db('mails')
    .where({ id })
    .update({
      attempts: db.raw('attempts + 1'),
      last_error: reason.slice(0, 500),
      ...(options.final ? { state: 'failed' } : {}),
    });
}

/** It will not be sent any more; why it could not be before stays with it. */
export async function recordExpiry(db: Knex, id: string): Promise<void> {
  await db('mails')
    .where({ id })
    .update({ state: 'failed', last_error: db.raw(`concat_ws(': ', 'expired', last_error)`) });
}

/**
 * Removes mails that were sent, or have failed, before these moments, in small batches that nobody waits for.
 * @returns how many went
 */
export async function removeOldMails(
  db: Knex,
  { sentBefore, failedBefore }: { readonly sentBefore: Date; readonly failedBefore: Date },
  batch = 1000,
): Promise<number> {
  const [sent, failed] = [firstIdAt(sentBefore), firstIdAt(failedBefore)];
  let total = 0;
  for (let gone = batch; gone === batch; total += gone)
    gone = (await db.raw(SWEEP, [sent, sentBefore, failed, batch])).rowCount;
  return total;
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
