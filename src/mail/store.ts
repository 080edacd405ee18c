import type { Knex } from 'knex';
import type { MailKind } from './types.ts';

interface NewMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly userId: string | undefined;
  readonly createdAt: Date;
}

/** @returns false when the user was mailed the same kind after `since`; nothing was written then. */
export async function insertMail(db: Knex, { id, kind, userId, createdAt }: NewMail, since: Date): Promise<boolean> {
  const { rowCount } = await db.raw(
    `insert into mails (id, kind, user_id, created_at)
     select ?::uuid, ?::text, ?::uuid, ?::timestamptz
     where not exists (select from mails where user_id = ?::uuid and kind = ? and created_at > ?)`,
    [id, kind, userId ?? null, createdAt, userId ?? null, kind, since],
  );
  return rowCount === 1;
}

export async function findMailState(db: Knex, id: string): Promise<{ state: string; attempts: number } | undefined> {
  return db('mails').select('state', 'attempts').where({ id }).first();
}

export async function recordSent(db: Knex, id: string, at: Date): Promise<void> {
  await db('mails')
    .where({ id })
    .update({ state: 'sent', sent_at: at, last_error: null, attempts: db.raw('attempts + 1') });
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
