import type { Knex } from 'knex';
import { type Month, monthOf } from '../../src/events/partitions.ts';
import { appendRows } from './event-rows.ts';

/** Months of the past that events are spread over, as a year's log is. */
export const MONTHS = 12;
/** Rows that one statement makes. */
const CHUNK = 100_000;

/**
 * Fills a log with the events of the past year, a month at a time as it would have been: in the order of their positions, and
 * each month with its own indexes. They are not chained: the feed looks at no hash.
 * @param tell told how many there are
 */
export async function fillLog(db: Knex, count: number, tell: (rows: number) => void = () => undefined): Promise<void> {
  for (let month = 0; month < MONTHS; month += 1) {
    const [from, to] = [Math.floor((count * month) / MONTHS), Math.floor((count * (month + 1)) / MONTHS)];
    await fillMonth(db, monthOf(new Date(), month - MONTHS), { from: from + 1, to, tell });
  }
  await db.raw(`select setval('event_position', ?)`, [count]);
  await db.raw('vacuum analyze events');
}

interface Share {
  readonly from: number;
  readonly to: number;
  readonly tell: (rows: number) => void;
}

/** Beside the log, and then into it: an index of a full table is made sooner than filled. */
async function fillMonth(db: Knex, { name, from: first, to: next, end }: Month, { from, to, tell }: Share) {
  const table = `events_${name}`;
  await db.raw(`create table ${table} (like events including defaults)`);
  const start = `timestamptz '${monthOf(end, -2).end.toISOString()}'`;
  const step = `(timestamptz '${end.toISOString()}' - ${start}) / ${to - from + 2}`;
  const rows = { table, at: `${start} + (n - ${from - 1}) * ${step}`, position: 'n' };
  for (let at = from; at <= to; at += CHUNK) {
    const last = Math.min(at + CHUNK - 1, to);
    await appendRows(db, { ...rows, from: at, to: last });
    tell(last);
  }
  await db.raw(`alter table events attach partition ${table} for values from ('${first}') to ('${next}')`);
}
