import { Agent } from 'node:http';
import { PASSWORD } from '../../support/relying-party.ts';
import { summary } from '../load.ts';
import { addressOf, PEOPLE } from '../people.ts';
import { openForms } from '../sign-in-form.ts';

/** Browsers that sign in at the same time; enough that the queue before hashing is never empty. */
const WIDTH = 8;

/**
 * Sign-ins with the right password by the hosted form. The pages are opened beforehand; what is measured is sending the
 * form: reading it, CSRF, the interaction, the password, its row, and the redirect that goes on with it.
 */
export async function signIns(base: string, count: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });
  const forms = await openForms(base, agent, count + WIDTH);
  const times: number[] = [];
  let number = 0;
  const one = async (until: number) => {
    for (let form = forms.pop(); form; form = forms.length > until ? forms.pop() : undefined) {
      number += 1;
      const begun = performance.now();
      const { status } = await form.send(addressOf(number % PEOPLE), PASSWORD);
      if (status !== 303) throw new Error(`a sign-in was answered ${status}`);
      times.push(performance.now() - begun);
    }
  };
  await one(count);
  times.length = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: WIDTH }, () => one(0)));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return summary(times, seconds);
}
