import type { Knex } from 'knex';

/** Hours that what has expired is spread over, and so partitions that can be dropped. */
export const HOURS = 24;

const COLUMNS =
  'model, id, payload, account_id, client_id, grant_id, uid, user_code, session_uid, status_index, expires_at';

/**
 * A throw-away copy of `oidc_artifacts` that is partitioned by the hour of expiry: the same columns and indexes. Its
 * primary key has to hold the expiry, by which nobody looks up.
 */
export async function createPartitioned(db: Knex): Promise<void> {
  await db.raw(`
    create table partitioned (like oidc_artifacts, primary key (model, id, expires_at)) partition by range (expires_at);
    create index on partitioned (grant_id) where grant_id is not null;
    create index on partitioned (uid) where uid is not null;
    create index on partitioned (user_code) where user_code is not null;
    create index on partitioned (account_id) where account_id is not null;
    create index on partitioned (expires_at) where expires_at is not null`);
  for (let hour = -HOURS; hour <= HOURS; hour += 1)
    await db.raw(
      `do $$ begin execute format('create table ${partition(hour)} partition of partitioned for values from (%L) to (%L)',
        date_trunc('hour', now()) + interval '${hour} hours', date_trunc('hour', now()) + interval '${hour + 1} hours'); end $$`,
    );
}

const partition = (hour: number) => `partitioned_${hour < 0 ? `past_${-hour}` : `next_${hour}`}`;

/** Drops what is over, an hour at a time; each takes the whole table for a moment. */
export async function dropPast(db: Knex, onEach: (milliseconds: number) => void): Promise<void> {
  for (let hour = -HOURS; hour < 0; hour += 1) {
    const began = performance.now();
    await db.raw(`drop table ${partition(hour)}`);
    onEach(performance.now() - began);
  }
}

/** As many artefacts: their keys begin with `name`, and they expire within so many hours from `from` (hours) on. */
export async function fill(
  db: Knex,
  table: string,
  { name, count, from, hours }: { name: string; count: number; from: number; hours: number },
): Promise<void> {
  await db.raw(
    `insert into ${table} (${COLUMNS})
     select 'RefreshToken', sha256((? || n)::bytea), json_build_object('n', n, 'filler', repeat('x', 500)),
       'account-' || n % 100000, 'web', sha256(('grant' || n)::bytea), null, null, null, null,
       date_trunc('hour', now()) + (? + n % 1000 * ?::float / 1000) * interval '1 hour'
     from generate_series(1, ?) n`,
    [name, from, hours * 0.999, count],
  );
}

/** Milliseconds of one write and one look-up, over and over, each a statement and a commit. */
export async function singly(db: Knex, table: string, turns: number): Promise<{ inserts: number[]; finds: number[] }> {
  const [inserts, finds] = [[] as number[], [] as number[]];
  for (let turn = 0; turn < turns; turn += 1) {
    const began = performance.now();
    await fill(db, table, { name: `single ${turn} `, count: 1, from: 1, hours: 1 });
    const written = performance.now();
    await db.raw(
      `select id, payload from ${table} a where a.model = 'RefreshToken' and a.id = sha256(?::bytea)
       and (a.expires_at is null or a.expires_at > ?) limit 1`,
      [`single ${turn} 1`, new Date()],
    );
    inserts.push(written - began);
    finds.push(performance.now() - written);
  }
  return { inserts, finds };
}
