import { Agent } from 'node:http';
import { addressOf, PEOPLE } from './people.ts';
import { openForms } from './sign-in-form.ts';

/** What it says at every second: wrong passwords that were answered as such so far, and when that was counted. */
export interface Count {
  readonly answered: number;
  /** Milliseconds of its own clock. */
  readonly at: number;
}

/** Sends wrong passwords to a server for as long as it runs, for the addresses from `first` on. */
const [, , base = '', width = '32', first = '0'] = process.argv;
const agent = new Agent({ keepAlive: true });
const forms = await openForms(base, agent, Number(width));
let [tried, answered] = [0, 0];

async function flood(form: (typeof forms)[number]): Promise<never> {
  for (;;) {
    // Each address once: the limits would stop further tries at it, and that is cheaper.
    tried += 1;
    const { status } = await form.send(addressOf(PEOPLE + Number(first) + tried), 'this is the wrong password');
    // Turned away by a full queue: nothing was hashed for it.
    if (status === 503) continue;
    if (status !== 400) throw new Error(`a wrong password was answered ${status}`);
    answered += 1;
  }
}

process.send?.('ready');
setInterval(() => process.send?.({ answered, at: performance.now() } satisfies Count), 1000);
await Promise.all(forms.map(flood));
