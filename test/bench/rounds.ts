import { Agent } from 'node:http';
import type { Signer } from '../support/signer.ts';
import { cpuOf } from './cpu.ts';
import { median } from './load.ts';
import type { Load, Send } from './token-load.ts';

/**
 * Connections, as many as keep a server busy while some of them wait for the database; for how many seconds each server is
 * measured; where each request needs something of its own, how many of those a connection is given at a time, and how often.
 */
export const LOAD = {
  width: Number(process.env['BENCH_WIDTH'] ?? 32),
  seconds: Number(process.env['BENCH_SECONDS'] ?? 15),
  each: Number(process.env['BENCH_EACH'] ?? 12),
  rounds: Number(process.env['BENCH_ROUNDS'] ?? 5),
};

/**
 * Turns are short: a virtual machine is not as fast at all times, and those that are compared should have the same of it. So
 * many requests of each connection take about as long.
 */
const TURN = { seconds: 0.25, each: 12 };
/** Before it is measured each server answers for so many seconds: V8 compiles what is hot after some ten thousand requests. */
const WARM_UP_SECONDS = Number(process.env['BENCH_WARM_UP'] ?? 15);

/** One server: what it came to, the median of its turns. */
export interface Figures {
  readonly perSecond: number;
  /** Microseconds of the server's CPU for one request; of all turns, for the system counts in hundredths of a second. */
  readonly cpu: number;
}

export interface Contender {
  readonly name: string;
  readonly base: string;
  readonly pid: number | undefined;
  readonly signer: Signer;
  readonly opaque?: boolean;
}

/** Servers side by side. */
export interface Compared {
  of(name: string): Figures;
  /** Requests a second of one over those of another in the same round of turns: the median. */
  ratio(one: string, other: string): number;
}

/**
 * Has every server answer in turn, after it has warmed up.
 * @param each requests that a connection is prepared for at a time, where each needs something of its own
 */
export async function compared(contenders: readonly Contender[], load: Load, each?: number): Promise<Compared> {
  const sides = contenders.map((contender) => new Side(contender));
  await (each === undefined ? byTime(sides, load) : byRequests(sides, load, each));
  for (const side of sides) side.close();
  const sideOf = (name: string) => sides.find((side) => side.name === name) ?? unknown(name);
  return { of: (name) => sideOf(name).figures(), ratio: (one, other) => sideOf(one).over(sideOf(other)) };
}

async function byTime(sides: readonly Side[], load: Load): Promise<void> {
  for (const side of sides) await side.prepare(load, 0);
  for (const side of sides) await side.turn({ seconds: WARM_UP_SECONDS }, false);
  await turns(sides, LOAD.seconds / TURN.seconds, { seconds: TURN.seconds }, true);
}

/** Rounds that do not count warm up. */
async function byRequests(sides: readonly Side[], load: Load, each: number): Promise<void> {
  const round = async (counts: boolean) => {
    for (const side of sides) await side.prepare(load, each);
    await turns(sides, Math.floor(each / TURN.each), { each: TURN.each }, counts);
  };
  while (sides.some(({ answered }) => answered < WARM_UP_SECONDS)) await round(false);
  for (let number = 1; number <= LOAD.rounds; number += 1) await round(true);
}

async function turns(sides: readonly Side[], many: number, length: Length, counts: boolean): Promise<void> {
  for (let turn = 0; turn < many; turn += 1) {
    for (const side of turn % 2 === 0 ? sides : sides.toReversed()) await side.turn(length, counts);
  }
}

type Length = { readonly seconds: number } | { readonly each: number };

function unknown(name: string): never {
  throw new Error(`${name} was not measured`);
}

/** One server and its connections. */
class Side {
  readonly #contender: Contender;
  readonly #rates: number[] = [];
  #agent = new Agent();
  #sends: readonly Send[] = [];
  #cpu = 0;
  #requests = 0;
  #seconds = 0;

  constructor(contender: Contender) {
    this.#contender = contender;
  }

  get name(): string {
    return this.#contender.name;
  }

  /** Seconds for which it has answered so far. */
  get answered(): number {
    return this.#seconds;
  }

  async prepare(load: Load, many: number): Promise<void> {
    this.close();
    const { base, signer, opaque = false } = this.#contender;
    this.#agent = new Agent({ keepAlive: true, maxSockets: LOAD.width });
    const target = { base, agent: this.#agent, signer, opaque };
    this.#sends = await Promise.all(Array.from({ length: LOAD.width }, () => load(target, many)));
  }

  async turn(length: Length, counts: boolean): Promise<void> {
    const cpu = await cpuOf(this.#contender.pid);
    const began = performance.now();
    const goesOn = (done: number) =>
      'each' in length ? done < length.each : performance.now() < began + length.seconds * 1000;
    let requests = 0;
    const one = async (send: Send) => {
      for (let done = 0; goesOn(done); done += 1) {
        await send();
        requests += 1;
      }
    };
    await Promise.all(this.#sends.map(one));
    const seconds = (performance.now() - began) / 1000;
    this.#seconds += seconds;
    if (!counts) return;
    this.#rates.push(requests / seconds);
    this.#cpu += (await cpuOf(this.#contender.pid)) - cpu;
    this.#requests += requests;
  }

  figures(): Figures {
    return { perSecond: Math.round(median(this.#rates)), cpu: Math.round(this.#cpu / this.#requests) };
  }

  over(other: Side): number {
    return Math.round(median(this.#rates.map((rate, turn) => rate / (other.#rates[turn] ?? Number.NaN))) * 100) / 100;
  }

  close(): void {
    this.#agent.destroy();
  }
}
