import { Agent } from 'node:http';
import { addressOf, PEOPLE } from './people.ts';
import { openForms } from './sign-in-form.ts';

/** Sends wrong passwords to a server for as long as it runs; says at every second how many were answered so far. */
const [, , base = '', width = '32'] = process.argv;
const agent = new Agent({ keepAlive: true });
const forms = await openForms(base, agent, Number(width));
let [tried, answered, refused] = [0, 0, 0];

async function flood(form: (typeof forms)[number]): Promise<never> {
  for (;;) {
    // Each address once: the limits would stop further tries at it, and that is cheaper.
    tried += 1;
    const { status } = await form.send(addressOf(PEOPLE + tried), 'this is the wrong password');
    if (status === 503) refused += 1;
    else if (status !== 400) throw new Error(`a wrong password was answered ${status}`);
    answered += 1;
  }
}

process.send?.('ready');
setInterval(() => process.send?.({ answered, refused }), 1000);
await Promise.all(forms.map(flood));
