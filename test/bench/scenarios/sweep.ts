import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createDatabase, sweepArtifacts } from '../../../adapters/postgres/index.ts';
import { BATCH } from '../../../src/kernel/batch.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { summary } from '../load.ts';
import { createPartitioned, dropPast, fill, HOURS, singly } from '../partitions.ts';

const EXPIRED = Number(process.env['BENCH_SWEEP_ROWS'] ?? 1_000_000);
const LIVE = 100_000;
const SINGLE = 1000;

export interface Removal {
  readonly seconds: number;
  /** Milliseconds of the longest statement of it, and of the longest but one in a thousand. */
  readonly longest: number;
  readonly p999: number;
  /** Milliseconds that somebody waited at most who wrote one row after another meanwhile, and at rest. */
  readonly worstWrite: number;
  readonly worstAtRest: number;
  readonly walMib: number;
}

export interface Table {
  /** Filling it with all that is to expire. */
  readonly fill: { readonly seconds: number; readonly walMib: number };
  /** Milliseconds, p50 of one row at a time. */
  readonly insert: number;
  readonly find: number;
  readonly removal: Removal;
}

export interface Swept {
  readonly rows: number;
  readonly batches: Table;
  readonly partitions: Table;
}

/** A million expired artefacts, removed by batches as they are, and by dropping partitions of an hour each. */
export async function sweep(): Promise<Swept> {
  const database = await createTestDatabase();
  const db = createDatabase(database.url, { max: 2 });
  try {
    await createPartitioned(db);
    const batches = await measure(db, 'oidc_artifacts', async (onEach) => {
      const stop = timeStatements(db, 'with expired', onEach);
      await sweepArtifacts(db, systemClock);
      stop();
    });
    const partitions = await measure(db, 'partitioned', (onEach) => dropPast(db, onEach));
    return { rows: EXPIRED, batches, partitions };
  } finally {
    await db.destroy();
    await database.drop();
  }
}

type Remove = (onEach: (milliseconds: number) => void) => Promise<void>;

async function measure(db: Knex, table: string, remove: Remove): Promise<Table> {
  const filled = await costing(db, async () => {
    await fill(db, table, { name: 'expired', count: EXPIRED, from: -HOURS, hours: HOURS });
  });
  await fill(db, table, { name: 'live', count: LIVE, from: 1, hours: HOURS - 1 });
  await db.raw(`vacuum analyze ${table}`);
  const { inserts, finds } = await singly(db, table, SINGLE);
  const statements: number[] = [];
  const onEach = (milliseconds: number) => void statements.push(milliseconds);
  let worstWrite = 0;
  const removed = await costing(db, async () => {
    worstWrite = await writing(db, table, () => remove(onEach));
  });
  // As long as it took: what a machine does now and then, it does with nothing to remove as well.
  const worstAtRest = await writing(db, table, () => pause(removed.seconds * 1000));
  const [longest, p999] = [1, 0.999].map((at) => quantile(statements, at)) as [number, number];
  const removal = { ...removed, longest, p999, worstWrite, worstAtRest };
  return { fill: filled, insert: summary(inserts).p50, find: summary(finds).p50, removal };
}

/** How long it took, and what it wrote to the log ahead. */
async function costing(db: Knex, work: () => Promise<void>): Promise<{ seconds: number; walMib: number }> {
  const at = async () => (await db.raw('select pg_current_wal_lsn() as at')).rows[0].at;
  const [from, began] = [await at(), performance.now()];
  await work();
  const seconds = rounded((performance.now() - began) / 1000);
  const { rows } = await db.raw('select pg_wal_lsn_diff(?::pg_lsn, ?::pg_lsn)::float8 as bytes', [await at(), from]);
  return { seconds, walMib: Math.round(rows[0].bytes / 2 ** 20) };
}

/** Uses up one live token after another while `work` is done; the milliseconds that the slowest took. */
async function writing(db: Knex, table: string, work: () => Promise<unknown>): Promise<number> {
  let [isDone, worst] = [false, 0];
  const write = async () => {
    for (let n = 1; !isDone; n = (n % LIVE) + 1) {
      const began = performance.now();
      await db.raw(`update ${table} set consumed_at = ? where model = 'RefreshToken' and id = sha256(?::bytea)`, [
        new Date(),
        `live${n}`,
      ]);
      worst = Math.max(worst, performance.now() - began);
    }
  };
  const writer = write();
  await work().finally(() => {
    isDone = true;
  });
  await writer;
  return rounded(worst);
}

/** Tells how long each statement took that begins so. */
function timeStatements(db: Knex, beginning: string, tell: (milliseconds: number) => void): () => void {
  const began = new Map<string, number>();
  const onQuery = ({ __knexQueryUid: uid, sql }: { __knexQueryUid: string; sql: string }) => {
    if (sql.trimStart().startsWith(beginning)) began.set(uid, performance.now());
  };
  const onResponse = (_answer: unknown, { __knexQueryUid: uid }: { __knexQueryUid: string }) => {
    const from = began.get(uid);
    if (from !== undefined) tell(performance.now() - from);
  };
  db.on('query', onQuery).on('query-response', onResponse);
  return () => void db.off('query', onQuery).off('query-response', onResponse);
}

/** Of the milliseconds that were measured. */
function quantile(measured: readonly number[], at: number): number {
  const sorted = measured.toSorted((a, b) => a - b);
  return rounded(sorted[Math.ceil(sorted.length * at) - 1] ?? Number.NaN);
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The same for people. */
export function sweepWords({ rows, batches, partitions }: Swept): string {
  const line = (name: string, { fill: filled, insert, find, removal }: Table) => {
    const { seconds, longest, p999, worstWrite, worstAtRest, walMib } = removal;
    return `  ${name}: removed in ${seconds} s, ${walMib} MiB of WAL, longest statement ${longest} ms (all but one \
in a thousand ${p999}), a writer waited ${worstWrite} ms at most (at rest, as long, ${worstAtRest})
    filled in ${filled.seconds} s, ${filled.walMib} MiB of WAL; one insert ${insert} ms, one look-up ${find} ms\n`;
  };
  const head = `removing ${rows} expired artefacts beside ${LIVE} live ones\n`;
  return head + line(`batches of ${BATCH}`, batches) + line(`${HOURS} hourly partitions`, partitions);
}
