import type { Knex } from 'knex';
import { BATCH, inBatches } from '../kernel/batch.ts';
import { type Month, monthNamed } from './partitions.ts';

/** The months that have a partition, the oldest first. */
export async function listMonths(db: Knex): Promise<Month[]> {
  const { rows } = await db.raw(
    `select substring(c.relname from 8) as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'events'::regclass and c.relname ~ '^events_\\d{4}_\\d{2}$' order by 1`,
  );
  return rows.map(({ name }: { name: string }) => monthNamed(name));
}

/** Milliseconds that a change of the table's shape waits for: whoever appends meanwhile waits for it, too. */
const PATIENCE = 2000;

/**
 * Makes a month's partition, beside the log and then into it, so that nobody who appends waits; with what was written for
 * that month before it had one.
 */
export async function makeMonth(db: Knex, { name, from, to }: Month): Promise<void> {
  await db.transaction(async (transaction) => {
    const table = `events_${name}`;
    await transaction.raw(`set local lock_timeout = ${PATIENCE}`);
    await transaction.raw('create table ?? (like events including all)', [table]);
    await transaction.raw(
      `with moved as (delete from events_other where id >= ? and id < ? returning *) insert into ?? select * from moved`,
      [from, to, table],
    );
    // `attach` takes literals, not what is bound.
    await transaction.raw(`alter table events attach partition ${table} for values from ('${from}') to ('${to}')`);
  });
}

/** Removes a month, at once and whole, with its chain. */
export async function dropMonth(db: Knex, { name }: Month): Promise<void> {
  await db.transaction(async (transaction) => {
    await transaction.raw(`set local lock_timeout = ${PATIENCE}`);
    await noteDropped(transaction, `events_${name}`);
    await transaction.raw('drop table if exists ??', [`events_${name}`]);
    await transaction('event_chains').where({ month: name }).delete();
  });
}

/** Whoever reads on from before that is told what they have missed. */
async function noteDropped(db: Knex, table: string): Promise<void> {
  await db.raw('update event_retention set dropped = greatest(dropped, (select max(position) from ??))', [table]);
}

/** The last position that is no longer kept; 0 where everything is. */
export async function lastDropped(db: Knex): Promise<number> {
  return (await db('event_retention').first('dropped'))?.dropped ?? 0;
}

/** Removes what is left of the months before one, in case they never had a partition; in small batches, as it is no whole. */
export async function dropBefore(db: Knex, { name, from }: Month, batch = BATCH): Promise<void> {
  await inBatches(db, SWEEP, [from], batch);
  await db('event_chains').where('month', '<', name).delete();
}

const SWEEP = `
  with old as materialized (
    select id from events_other where id < ? order by id limit ? for update skip locked
  )
  delete from events_other e using old o where e.id = o.id`;
