import { Agent } from 'node:http';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { expireSessions } from '../../../src/candidates/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { halves, movedTo, on } from '../cores.ts';
import { type Measured, pacedBy, summary, timesOf } from '../load.ts';
import { type Program, withProgram } from '../programs.ts';
import { type Contender, compared, type Figures } from '../rounds.ts';
import { DAY_MS, fillBare, fillSessions, savesOf, tokenOf } from '../save-kit.ts';

const LIVE = Number(process.env['BENCH_SESSIONS'] ?? 100_000);
const EXPIRING = Number(process.env['BENCH_EXPIRING'] ?? 10_000);
const SECONDS = Number(process.env['BENCH_SAVE_SECONDS'] ?? 20);
const ROUNDS = 5;
/** Each session is saved every so many seconds. */
const EVERY = 30;

export interface Saves {
  readonly live: number;
  readonly floor: Figures;
  readonly gatehouse: Figures;
  readonly ofFloor: number;
  /** Saves a second at the steady pace, and whether that is each session's every 30 s. */
  readonly pace: number;
  /** Of all rounds. */
  readonly rest: Measured;
  readonly expiring: Measured;
  /** Seconds that ending them took, in each round. */
  readonly took: readonly number[];
  /** p99 of the median second, and the one while so many expire over the one at rest. */
  readonly usual: { readonly rest: number; readonly expiring: number };
  readonly ratio: number;
}

type Save = (agent: Agent) => Promise<void>;

/**
 * Saving sessions beside 100,000 live ones: as fast as it goes, of Gatehouse and of the floor; then at the pace at which each
 * is saved every 30 s, at rest and while another node ends 10,000 that are overdue.
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
  const own = turns.of('gatehouse');
  const pace = Math.round(Math.min(LIVE / EVERY, own.perSecond / 2));
  const beside = await besideExpiry(mine, saveOf(gatehouse.said), pace);
  return {
    live: LIVE,
    floor: turns.of('floor'),
    gatehouse: own,
    ofFloor: turns.ratio('gatehouse', 'floor'),
    pace,
    ...beside,
    ratio: rounded(beside.usual.expiring / beside.usual.rest),
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
 * Each round ends those that are due a day later than the ones before. The p99 of all saves tells how often the machine stood
 * still, which a virtual one does now and then with either; the ratio is of the median second's.
 */
async function besideExpiry(
  { url }: TestDatabase,
  save: Save,
  perSecond: number,
): Promise<Pick<Saves, 'rest' | 'expiring' | 'usual' | 'took'>> {
  const db = createDatabase(url, { max: 2 });
  const agent = new Agent({ keepAlive: true });
  const pacing = { perSecond, seconds: SECONDS };
  const [rest, expiring, took]: [number[], number[], number[]] = [[], [], []];
  try {
    await pacedBy(() => save(agent), { ...pacing, seconds: 2 });
    for (let round = 1; round <= ROUNDS; round += 1) {
      const before = round % 2 === 0;
      if (before) rest.push(...(await timesOf(() => save(agent), pacing)));
      const [times, seconds] = await Promise.all([timesOf(() => save(agent), pacing), expire(db, round)]);
      // Those that were due while there was something to end.
      expiring.push(...times.slice(0, Math.ceil(seconds * perSecond)));
      took.push(seconds);
      if (!before) rest.push(...(await timesOf(() => save(agent), pacing)));
    }
    return {
      rest: summary(rest, ROUNDS * SECONDS),
      expiring: summary(expiring, ROUNDS * SECONDS),
      usual: { rest: usualP99(rest, perSecond), expiring: usualP99(expiring, perSecond) },
      took,
    };
  } finally {
    agent.destroy();
    await db.destroy();
  }
}

/** Of the times of each second, as they were due, the p99; the median of those. */
function usualP99(times: readonly number[], perSecond: number): number {
  const seconds: number[] = [];
  for (let at = 0; at + perSecond <= times.length; at += perSecond)
    seconds.push(summary(times.slice(at, at + perSecond)).p99);
  return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
}

async function expire(db: Knex, days: number): Promise<number> {
  const began = performance.now();
  const ended = await expireSessions({ db, time: { ahead: days * DAY_MS } });
  if (ended !== EXPIRING) throw new Error(`${ended} sessions have expired, and not ${EXPIRING}`);
  return rounded((performance.now() - began) / 1000);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The same for people. */
export function savesWords(saves: Saves): string {
  const { live, floor, gatehouse, ofFloor, pace, rest, expiring, usual, took, ratio } = saves;
  const every = Math.round(live / pace);
  return `saves a second beside ${live} live sessions: ${gatehouse.perSecond} (${gatehouse.cpu} µs of CPU), floor \
${floor.perSecond} (${floor.cpu} µs): ${ofFloor} (aim 0.5)
save p99 at ${pace} a second (each session every ${every} s) while ${EXPIRING} expire, over p99 at rest: ${ratio} (aim below 1.5)
  of the median second ${usual.expiring} of ${usual.rest} ms; of all: p99 ${expiring.p99} of ${rest.p99} ms, p95 ${expiring.p95} of ${rest.p95}, p50 ${expiring.p50} of ${rest.p50}; ended in \
${took.join(', ')} s\n`;
}
