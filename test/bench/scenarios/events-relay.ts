import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createClient } from 'redis';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { append, EVENTS_APPENDED } from '../../../src/events/index.ts';
import { anEvent } from '../../support/events.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { startRedis } from '../../support/redis.ts';
import { appendRows } from '../event-rows.ts';
import { type Measured, median, paced, pacedBy, summary } from '../load.ts';
import { withProgram } from '../programs.ts';
import { tokenRequest } from './tokens.ts';

const BACKLOG = Number(process.env['BENCH_BACKLOG'] ?? 20_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const PACE = { perSecond: 200, seconds: Number(process.env['BENCH_RELAY_SECONDS'] ?? 10) };

/** Tokens that are asked for beside it. */
const TOKENS = { perSecond: 50, seconds: 10 };

export interface Relayed {
  readonly backlog: number;
  /** Events a second from the log to the stream, of the relay and of the floor; the medians of the rounds. */
  readonly perSecond: number;
  readonly floor: number;
  readonly ofFloor: number;
  /** Milliseconds from a commit to the entry being read. */
  readonly latency: Measured;
  /** The token endpoint's, of the server that relays: at rest, and while one backlog after another drains. */
  readonly tokens: { readonly rest: Measured; readonly draining: Measured };
}

const connect = (url: string) => createClient({ url }).connect();
type Redis = Awaited<ReturnType<typeof connect>>;

interface Lane {
  readonly db: Knex;
  readonly redis: Redis;
  readonly stream: string;
}

/**
 * A backlog that is committed at once, and delivered to a Redis stream by a server's relay and by the floor, in turn; then 200
 * events a second, each in a transaction, from its commit until a consumer has it. Everything shares all cores.
 */
export async function eventsRelay(): Promise<Relayed> {
  const [mine, bare, redis] = [await createTestDatabase(), await createTestDatabase(), await startRedis()];
  const client = await connect(redis.url);
  const laneOf = (url: string, stream: string) => ({ db: createDatabase(url, { max: 10 }), redis: client, stream });
  const [own, floor] = [laneOf(mine.url, 'own'), laneOf(bare.url, 'floor')];
  try {
    return await withProgram<string, Relayed>('relay-server', [mine.url, redis.url, 'own'], ({ said: base }) =>
      withProgram<string, Relayed>('relay-floor', [bare.url, redis.url, 'floor'], () => measured(base, own, floor)),
    );
  } finally {
    client.destroy();
    await Promise.all([own.db.destroy(), floor.db.destroy()]);
    await Promise.all([mine.drop(), bare.drop(), redis.stop()]);
  }
}

async function measured(base: string, own: Lane, floor: Lane): Promise<Relayed> {
  const rates = new Map<Lane, number[]>([own, floor].map((lane) => [lane, []]));
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const lane of round % 2 === 0 ? [own, floor] : [floor, own]) {
      const rate = await drained(lane);
      // The first one warms up.
      if (round > 0) rates.get(lane)?.push(rate);
    }
  const [perSecond, bare] = [median(rates.get(own)), median(rates.get(floor))];
  const ofFloor = Math.round((perSecond / bare) * 100) / 100;
  const latency = await latencies(own);
  return { backlog: BACKLOG, perSecond, floor: bare, ofFloor, latency, tokens: await tokensBeside(base, own) };
}

/** @returns events a second, from the commit of all until the last of them is in the stream */
async function drained({ db, redis, stream }: Lane): Promise<number> {
  const before = await redis.xLen(stream);
  await db.transaction(async (transaction) => {
    await transaction.raw('select pg_current_xact_id()');
    const row = { at: 'clock_timestamp()', position: `nextval('event_position')` };
    await appendRows(transaction, { from: 1, to: BACKLOG, ...row });
    await transaction.raw(`select pg_notify('${EVENTS_APPENDED}', '')`);
  });
  const began = performance.now();
  while ((await redis.xLen(stream)) < before + BACKLOG) await pause(5);
  return Math.round(BACKLOG / ((performance.now() - began) / 1000));
}

/** Tokens at a steady pace, with nothing else to do and beside a relay that has always more to deliver (R6). */
async function tokensBeside(base: string, lane: Lane): Promise<Relayed['tokens']> {
  const shot = tokenRequest(base);
  await paced(shot, { ...TOKENS, seconds: 2 });
  const rest = await paced(shot, TOKENS);
  let isDone = false;
  const drain = async () => {
    while (!isDone) await drained(lane);
  };
  const measuring = paced(shot, TOKENS).finally(() => {
    isDone = true;
  });
  const [draining] = await Promise.all([measuring, drain()]);
  return { rest, draining };
}

async function latencies({ db, redis, stream }: Lane): Promise<Measured> {
  const [committed, read] = [new Map<string, number>(), new Map<string, number>()];
  const consumer = await redis.duplicate().connect();
  const [last] = (await redis.xRevRange(stream, '+', '-', { COUNT: 1 })) ?? [];
  const consuming = consume(consumer, { key: stream, id: last?.id ?? '0' }, read);
  let n = 0;
  await pacedBy(async () => {
    n += 1;
    const subject = `paced ${n}`;
    await db.transaction((transaction) => append(transaction, new Date(), anEvent(subject)));
    committed.set(subject, performance.now());
  }, PACE);
  await consuming;
  consumer.destroy();
  return summary(
    [...committed].map(([subject, at]) => (read.get(subject) ?? Number.NaN) - at),
    PACE.seconds,
  );
}

/** Notes when each is read, until all of them are. */
async function consume(consumer: Redis, from: { key: string; id: string }, read: Map<string, number>): Promise<void> {
  for (let at = from; read.size < PACE.perSecond * PACE.seconds; ) {
    const found = (await consumer.xRead(at, { BLOCK: 1000, COUNT: 100 })) as unknown as Found;
    const now = performance.now();
    for (const { id, message } of found?.[0]?.messages ?? []) {
      read.set(JSON.parse(message['event'] ?? '{}').subject, now);
      at = { ...at, id };
    }
  }
}

type Found = readonly { readonly messages: readonly { id: string; message: Record<string, string> }[] }[] | null;

/** The same for people. */
export function relayWords({ backlog, perSecond, floor, ofFloor, latency, tokens }: Relayed): string {
  const { p50, p95, p99 } = latency;
  const { rest, draining } = tokens;
  return `events a second to a Redis stream, of a backlog of ${backlog}: ${perSecond} (aim 3000), floor ${floor}: ${ofFloor}
from commit to stream at ${PACE.perSecond} a second: p95 ${p95} ms (aim below 100), p50 ${p50} ms, p99 ${p99} ms
tokens while backlogs drain: p50 ${draining.p50} of ${rest.p50} ms at rest, p99 ${draining.p99} of ${rest.p99} ms\n`;
}
