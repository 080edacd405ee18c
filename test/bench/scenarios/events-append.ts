import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { cpuOf } from '../cpu.ts';
import { type Program, withProgram } from '../programs.ts';
import { openForms } from '../sign-in-form.ts';
import { signInAll, WIDTH } from './sign-ins.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 61);
const PER_ROUND = Number(process.env['BENCH_SIGN_INS'] ?? 32);
/** Sign-ins of each that are not measured: V8 compiles for some hundreds of requests what every one of them runs. */
const WARM_UP = 360;

const WITHOUT_EVENTS = { execArgv: ['--import', fileURLToPath(new URL('../without-events.ts', import.meta.url))] };

interface Side {
  /** Sign-ins a second, and microseconds of the server's CPU for one. */
  readonly perSecond: number;
  readonly cpu: number;
}

export interface Appended {
  readonly rounds: readonly { readonly told: Side; readonly untold: Side; readonly ratio: number }[];
  /** Sign-ins a second with their events over those without, the median of the rounds. */
  readonly ratio: number;
}

type Server = Program<string>;

/**
 * Sign-ins of two servers in turn, of which one writes down each and the other none. Load, servers and database share all
 * cores, so that what an event costs the database is paid for as well.
 */
export async function eventsAppend(): Promise<Appended> {
  const [mine, bare] = [await createTestDatabase(), await createTestDatabase()];
  const on = (database: TestDatabase) => ['gatehouse', database.url];
  const both = (told: Server) =>
    withProgram<string, Appended>('server', on(bare), (untold) => measured(told, untold), WITHOUT_EVENTS);
  try {
    const appended = await withProgram<string, Appended>('server', on(mine), both);
    const counts = [await countSignIns(mine), await countSignIns(bare)];
    if (counts[0] !== WARM_UP + ROUNDS * PER_ROUND || counts[1] !== 0)
      throw new Error(`${counts.join(' and ')} sign-ins were written down`);
    return appended;
  } finally {
    await Promise.all([mine.drop(), bare.drop()]);
  }
}

/** Those that were written down. */
async function countSignIns({ url }: TestDatabase): Promise<number> {
  const db = createDatabase(url, { max: 1 });
  const told = db('events').where({ type: 'identity.login.succeeded.v1' }).count().first();
  return Number((await told.finally(() => db.destroy()))?.['count']);
}

async function measured(told: Server, untold: Server): Promise<Appended> {
  for (const server of [told, untold]) await once(server, WARM_UP);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sides = new Map<Server, Side>();
    // Turns are short, and whoever is first in one is last in the next: a machine is not as fast at all times.
    for (const server of round % 2 === 0 ? [told, untold] : [untold, told]) sides.set(server, await once(server));
    const [one, other] = [sides.get(told) as Side, sides.get(untold) as Side];
    rounds.push({ told: one, untold: other, ratio: Number((one.perSecond / other.perSecond).toFixed(3)) });
  }
  return {
    rounds,
    ratio: quantile(
      rounds.map((round) => round.ratio),
      0.5,
    ),
  };
}

async function once({ said, child }: Server, count = PER_ROUND): Promise<Side> {
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });
  const forms = await openForms(said, agent, count);
  const [began, cpu] = [performance.now(), await cpuOf(child.pid)];
  await signInAll(forms);
  const seconds = (performance.now() - began) / 1000;
  const spent = (await cpuOf(child.pid)) - cpu;
  agent.destroy();
  return { perSecond: Number((count / seconds).toFixed(1)), cpu: Math.round(spent / count) };
}

/** The same for people. */
export function appendWords({ rounds, ratio }: Appended): string {
  const middle = (figure: (round: Appended['rounds'][number]) => number, at = 0.5) => quantile(rounds.map(figure), at);
  const [from, to] = [0.25, 0.75].map((at) => middle((round) => round.ratio, at));
  return `sign-ins a second that are written down, of those that are not: ${ratio} (median; aim 0.95)
  half of ${rounds.length} rounds lie from ${from} to ${to}; ${middle(({ told }) => told.perSecond)} of \
${middle(({ untold }) => untold.perSecond)} a second, ${middle(({ told }) => told.cpu)} and \
${middle(({ untold }) => untold.cpu)} µs of CPU\n`;
}

const quantile = (figures: readonly number[], at: number): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length * at)] ?? Number.NaN;
