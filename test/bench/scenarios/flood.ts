import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Measured, paced, type Shot } from '../load.ts';
import { addressOf, PEOPLE } from '../people.ts';
import { openForms } from '../sign-in-form.ts';

const PACE = { perSecond: 50, seconds: 20 };
/** Browsers that send one wrong password after another: several times what is hashed at once. */
const FLOOD = 32;

export interface Flooded {
  readonly rest: Measured;
  readonly flooded: Measured;
  /** Wrong passwords that were answered in a second. */
  readonly wrongPerSecond: number;
}

/** The token endpoint's times at a steady pace, at rest and while wrong passwords come in as fast as they are answered. */
export async function flood(base: string, shot: Shot): Promise<Flooded> {
  await paced(shot, { ...PACE, seconds: 2 });
  const rest = await paced(shot, PACE);
  const agent = new Agent({ keepAlive: true, maxSockets: FLOOD });
  const forms = await openForms(base, agent, FLOOD);
  const flooding = { on: true, answered: 0 };
  let tried = 0;
  const browsers = forms.map(async (form) => {
    while (flooding.on) {
      // Each address once: the limits would stop further tries at it, and that is cheaper.
      tried += 1;
      const { status } = await form.send(addressOf(PEOPLE + tried), 'this is the wrong password');
      if (status !== 400) throw new Error(`a wrong password was answered ${status}`);
      flooding.answered += 1;
    }
  });
  await pause(1000);
  const begun = flooding.answered;
  const flooded = await paced(shot, PACE);
  const wrongPerSecond = Math.round((flooding.answered - begun) / flooded.seconds);
  flooding.on = false;
  await Promise.all(browsers);
  agent.destroy();
  return { rest, flooded, wrongPerSecond };
}
