import { Agent } from 'node:http';
import { type Measured, summary } from '../load.ts';
import { addressOf, PEOPLE } from '../people.ts';
import { withProgram } from '../programs.ts';
import { mannWhitney } from '../rank-test.ts';
import { openForms } from '../sign-in-form.ts';

const EACH = 200;
const WRONG = 'this is the wrong password';

export interface Compared {
  readonly known: Measured;
  readonly unknown: Measured;
  /** Of the Mann–Whitney test, and how likely times of one distribution are to differ as much in rank. */
  readonly u: number;
  readonly p: number;
}

/**
 * Wrong passwords for 200 addresses with an account and 200 without one, one at a time and in turn, so that whatever
 * else the machine does happens to both alike.
 */
export async function knownAndUnknown(): Promise<Compared> {
  return withProgram<string, Compared>('server', ['gatehouse'], async ({ said: base }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const [form] = await openForms(base, agent, 1);
    for (let warming = 0; warming < 20; warming += 1) await form?.send(addressOf(2 * PEOPLE + warming), WRONG);
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < EACH; round += 1) {
      const turns = round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
      for (const turn of turns) {
        const begun = performance.now();
        await form?.send(addressOf(round + (turn === 'known' ? 0 : PEOPLE)), WRONG);
        times[turn].push(performance.now() - begun);
      }
    }
    agent.destroy();
    const { u, p } = mannWhitney(times.known, times.unknown);
    return { known: summary(times.known), unknown: summary(times.unknown), u, p: Math.round(p * 1000) / 1000 };
  });
}

/** The same for people. */
export function comparedWords({ known, unknown, u, p }: Compared): string {
  return `wrong passwords, ${EACH} each: p50 ${known.p50} ms for known addresses, ${unknown.p50} ms for unknown ones
  Mann–Whitney U ${u}, p = ${p}: ${p > 0.05 ? 'the times do not tell them apart' : 'THE TIMES TELL THEM APART'}\n`;
}
