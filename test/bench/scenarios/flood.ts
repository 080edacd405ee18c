import { setTimeout as pause } from 'node:timers/promises';
import type { Count } from '../flooder.ts';
import { type Measured, median, paced } from '../load.ts';
import { listenTo, withProgram } from '../programs.ts';
import { tokenRequest } from './tokens.ts';

const PACE = { perSecond: 50, seconds: 10 };
const ROUNDS = 3;
/** Browsers that send one wrong password after another: many times what is hashed at once. */
const WIDTH = 32;
/** Addresses that a round has for itself: one that was tried before costs its limits more. */
const ADDRESSES = 1_000_000;

export interface Flood {
  readonly rounds: readonly { readonly rest: Measured; readonly flooded: Measured; readonly ratio: number }[];
  /** p99 during the flood over p99 at rest, the median of the rounds. */
  readonly ratio: number;
  /** Wrong passwords that were answered in a second. */
  readonly wrongPerSecond: number;
}

/** The token endpoint's times at a steady pace, at rest and while wrong passwords come in as fast as they are answered. */
export async function flood(): Promise<Flood> {
  return withProgram<string, Flood>('server', ['gatehouse'], async ({ said: base }) => {
    const shot = tokenRequest(base);
    await paced(shot, { ...PACE, seconds: 2 });
    const rounds = [];
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const rest = await paced(shot, PACE);
      const args = [base, String(WIDTH), String(round * ADDRESSES)];
      const { flooded, rate } = await withProgram('flooder', args, async ({ child }) => {
        const newest = listenTo<Count>(child);
        await pause(1000);
        const before = await newest();
        const measured = await paced(shot, PACE);
        return { flooded: measured, rate: perSecond(before, await newest()) };
      });
      rates.push(rate);
      rounds.push({ rest, flooded, ratio: Math.round((flooded.p99 / rest.p99) * 100) / 100 });
    }
    const ratio = median(rounds.map((round) => round.ratio));
    return { rounds, ratio, wrongPerSecond: Math.round(rates.reduce((sum, rate) => sum + rate, 0) / ROUNDS) };
  });
}

/** By the clock of who counted: what it says may be heard late. */
const perSecond = (before: Count, after: Count): number =>
  ((after.answered - before.answered) / (after.at - before.at)) * 1000;

/** The same for people. */
export function floodWords({ rounds, ratio, wrongPerSecond }: Flood): string {
  const each = rounds.map(({ rest, flooded, ratio: of }) => `${flooded.p99} of ${rest.p99} ms (${of})`).join(', ');
  return `token endpoint p99 during a flood of wrong passwords (${wrongPerSecond} a second answered) over p99 at rest: \
${ratio} (median; aim 2 at most)
  ${each}\n`;
}
