import { Agent } from 'node:http';
import { summary } from '../load.ts';
import { addressOf, PEOPLE } from '../people.ts';
import { mannWhitney } from '../rank-test.ts';
import { openForms } from '../sign-in-form.ts';

const EACH = 200;

/**
 * Wrong passwords for addresses with an account and without one, one at a time and in turn, so that whatever else the
 * machine does happens to both alike.
 */
export async function knownAndUnknown(base: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [form] = await openForms(base, agent, 1);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let round = -5; round < EACH; round += 1) {
    const turns = round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const turn of turns) {
      const begun = performance.now();
      await form?.send(
        addressOf(((round + 5) % PEOPLE) + (turn === 'known' ? 0 : PEOPLE)),
        'this is the wrong password',
      );
      if (round >= 0) times[turn].push(performance.now() - begun);
    }
  }
  agent.destroy();
  const { u, p } = mannWhitney(times.known, times.unknown);
  return { known: summary(times.known), unknown: summary(times.unknown), u, p: Math.round(p * 1000) / 1000 };
}
