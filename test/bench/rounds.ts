import { Agent } from 'node:http';
import type { Signer } from '../support/signer.ts';
import { cpuOf } from './cpu.ts';
import type { Send, Target } from './token-load.ts';

/** Connections, and how long one round of one server lasts; less where each request needs something of its own. */
export const LOAD = {
  width: 16,
  seconds: Number(process.env['BENCH_SECONDS'] ?? 3),
  each: Number(process.env['BENCH_EACH'] ?? 25),
};
export const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

/** One server: what it came to. */
export interface Figures {
  readonly perSecond: number;
  /** Microseconds of the server's CPU for one request. */
  readonly cpu: number;
}

export interface Contender {
  readonly name: string;
  readonly base: string;
  readonly pid: number | undefined;
  readonly signer: Signer;
  readonly opaque?: boolean;
}

type Load = (target: Target, many: number) => Promise<Send>;

/** Has every server answer in turn, once to warm up and then some rounds; the medians of each, by name. */
export async function compared(
  contenders: readonly Contender[],
  load: Load,
  limit?: number,
): Promise<Record<string, Figures>> {
  const all: Record<string, Figures[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) {
      const figures = await once(contender, load, limit);
      if (round > 0) all[contender.name]?.push(figures);
    }
  }
  return Object.fromEntries(Object.entries(all).map(([name, figures]) => [name, medians(figures)]));
}

/** @param limit requests that a connection sends at most */
async function once({ base, pid, signer, opaque = false }: Contender, load: Load, limit?: number): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: LOAD.width });
  const target = { base, agent, signer, opaque };
  const sends = await Promise.all(Array.from({ length: LOAD.width }, () => load(target, limit ?? 0)));
  const [began, cpu] = [performance.now(), await cpuOf(pid)];
  const until = began + LOAD.seconds * 1000;
  let done = 0;
  const one = async (send: Send) => {
    for (let turn = 0; limit === undefined ? performance.now() < until : turn < limit; turn += 1) {
      await send();
      done += 1;
    }
  };
  await Promise.all(sends.map(one));
  const seconds = (performance.now() - began) / 1000;
  const spent = (await cpuOf(pid)) - cpu;
  agent.destroy();
  return { perSecond: done / seconds, cpu: spent / done };
}

const medians = (figures: readonly Figures[]): Figures => ({
  perSecond: Math.round(median(figures.map(({ perSecond }) => perSecond))),
  cpu: Math.round(median(figures.map(({ cpu }) => cpu))),
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
