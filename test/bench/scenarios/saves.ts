import { Agent } from 'node:http';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { expireSessions } from '../../../src/candidates/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { halves, movedTo, on } from '../cores.ts';
import { fullSpeed, type Measured, median, summary, timesOf } from '../load.ts';
import { type Program, withProgram } from '../programs.ts';
import { type Contender, compared, type Figures, LOAD } from '../rounds.ts';
import { DAY_MS, fillBare, fillSessions, savesOf, tokenOf } from '../save-kit.ts';

const LIVE = Number(process.env['BENCH_SESSIONS'] ?? 100_000);
const EXPIRING = Number(process.env['BENCH_EXPIRING'] ?? 10_000);
const SECONDS = Number(process.env['BENCH_SAVE_SECONDS'] ?? 25);
const ROUNDS = 5;
/** Each session is saved every so many seconds, by the server's clock: that runs as fast as the machine saves. */
const EVERY = 30;
/** Seconds for which a round looks how fast it could go. */
const PROBE = 2;
/** Kept open, as a proxy in front keeps them. */
const CONNECTIONS = 64;

export interface Saves {
  readonly live: number;
  readonly floor: Figures;
  readonly gatehouse: Figures;
  readonly ofFloor: number;
  readonly rounds: readonly Round[];
  /** p99 while so many expire over the one at rest, the median round's: of its median second, and of all its saves. */
  readonly ratio: number;
  readonly ofAll: number;
}

/** Saving at a steady pace, at rest and while many sessions end. */
interface Round {
  /** Saves a second. */
  readonly pace: number;
  readonly rest: Measured;
  readonly expiring: Measured;
  /** p99 of the median second, in milliseconds. */
  readonly usual: { readonly rest: number; readonly expiring: number };
  /** Seconds that ending them took. */
  readonly took: number;
}

type Save = (agent: Agent) => Promise<void>;

/**
 * Saving sessions beside 100,000 live ones: as fast as it goes, of Gatehouse and of the floor; then each every 30 s by clock, at
 * rest and while another node ends 10,000 that are overdue.
 */
export async function saves(): Promise<Saves> {
  const [mine, floors] = [await createTestDatabase(), await createTestDatabase()];
  try {
    await filled(mine, (db) => fillSessions(db, LIVE, { each: EXPIRING, days: ROUNDS }));
    await filled(floors, (db) => fillBare(db, LIVE));
    return await withServers(mine, floors, (gatehouse, floor) => measured(mine, gatehouse, floor));
  } finally {
    await Promise.all([mine.drop(), floors.drop()]);
  }
}

async function filled({ url }: TestDatabase, fill: (db: Knex) => Promise<void>): Promise<void> {
  const db = createDatabase(url, { max: 1 });
  await fill(db).finally(() => db.destroy());
}

type Server = Program<string>;

/** Both, each in a process of its own; where it can be, on other cores than the load and the database. */
async function withServers<Result>(
  mine: TestDatabase,
  floors: TestDatabase,
  work: (gatehouse: Server, floor: Server) => Promise<Result>,
): Promise<Result> {
  const cores = await halves();
  const options = on(cores?.measured);
  const inFloor = (gatehouse: Server) =>
    withProgram<string, Result>('save-floor', [floors.url], (floor) => work(gatehouse, floor), options);
  return movedTo(cores?.rest, () => withProgram<string, Result>('save-server', [mine.url], inFloor, options));
}

async function measured(mine: TestDatabase, gatehouse: Server, floor: Server): Promise<Saves> {
  const bySave = new Map<string, Save>();
  for (const { said: base } of [gatehouse, floor]) bySave.set(base, savesOf(base, await tokenOf(base), LIVE));
  const saveOf = (base: string): Save => bySave.get(base) ?? (async () => undefined);
  const turns = await atFullSpeed({ gatehouse, floor }, saveOf);
  const rounds = await besideExpiry(mine, saveOf(gatehouse.said), (rate) => gatehouse.child.send(rate));
  return {
    live: LIVE,
    floor: turns.of('floor'),
    gatehouse: turns.of('gatehouse'),
    ofFloor: turns.ratio('gatehouse', 'floor'),
    rounds,
    ratio: rounded(median(rounds.map(({ usual }) => usual.expiring / usual.rest))),
    ofAll: rounded(median(rounds.map(({ expiring, rest }) => expiring.p99 / rest.p99))),
  };
}

async function atFullSpeed(servers: Record<string, Server>, saveOf: (base: string) => Save) {
  const signer = await createSigner('signer');
  const contenders = Object.entries(servers).map(
    ([name, { child, said: base }]): Contender => ({ name, base, pid: child.pid, signer }),
  );
  return compared(contenders, async ({ base, agent }) => {
    const save = saveOf(base);
    return () => save(agent);
  });
}

/**
 * Each round ends those that are due a day later than the ones before. Its two halves are compared with each other, and it goes
 * at half of what is full speed just then: a virtual machine is not as fast in all rounds. The p99 of all saves tells how often
 * it stood still, which it does now and then with either; the ratio is of the median second's.
 */
async function besideExpiry({ url }: TestDatabase, save: Save, setClock: (rate: number) => void): Promise<Round[]> {
  const db = createDatabase(url, { max: 2 });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const send = () => save(agent);
  const rounds: Round[] = [];
  try {
    for (let number = 1; number <= ROUNDS; number += 1) {
      const { perSecond } = await fullSpeed(send, { width: LOAD.width, seconds: PROBE });
      const pace = Math.round(Math.min(LIVE / EVERY, perSecond / 2));
      setClock((pace * EVERY) / LIVE);
      rounds.push(await round(db, send, { number, pace }));
    }
    return rounds;
  } finally {
    agent.destroy();
    await db.destroy();
  }
}

async function round(
  db: Knex,
  send: () => Promise<void>,
  { number, pace }: { readonly number: number; readonly pace: number },
): Promise<Round> {
  const saving = () => timesOf(send, { perSecond: pace, seconds: SECONDS });
  const before = number % 2 === 0 ? await saving() : undefined;
  const [times, took] = await Promise.all([saving(), expire(db, number)]);
  const rest = before ?? (await saving());
  // Those that were due while there was something to end.
  const expiring = times.slice(0, Math.ceil(took * pace));
  return {
    pace,
    rest: summary(rest, SECONDS),
    expiring: summary(expiring, Math.min(took, SECONDS)),
    usual: { rest: usualP99(rest, pace), expiring: usualP99(expiring, pace) },
    took,
  };
}

/** Of the times of each second, as they were due, the p99; the median of those. */
function usualP99(times: readonly number[], perSecond: number): number {
  const seconds: number[] = [];
  for (let at = 0; at + perSecond <= times.length; at += perSecond)
    seconds.push(summary(times.slice(at, at + perSecond)).p99);
  return median(seconds);
}

async function expire(db: Knex, days: number): Promise<number> {
  const began = performance.now();
  const ended = await expireSessions({ db, time: { ahead: days * DAY_MS } });
  if (ended !== EXPIRING) throw new Error(`${ended} sessions have expired, and not ${EXPIRING}`);
  return rounded((performance.now() - began) / 1000);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The same for people. */
export function savesWords({ live, floor, gatehouse, ofFloor, rounds, ratio, ofAll }: Saves): string {
  const each = rounds.map(
    ({ pace, rest, expiring, usual, took }) =>
      `  at ${pace} a second (each session every ${EVERY} s of a clock that takes ${Math.round(live / pace)} s for it), ended in ${took} s: of the median second \
${usual.expiring} of ${usual.rest} ms; of all p99 ${expiring.p99} of ${rest.p99}, p50 ${expiring.p50} of ${rest.p50}\n`,
  );
  return `saves a second beside ${live} live sessions: ${gatehouse.perSecond} (${gatehouse.cpu} µs of CPU), floor \
${floor.perSecond} (${floor.cpu} µs): ${ofFloor} (aim 0.5)
save p99 at half of full speed while ${EXPIRING} expire, over p99 at rest: ${ratio} of the median second, ${ofAll} of all (aim below 1.5)
${each.join('')}`;
}
