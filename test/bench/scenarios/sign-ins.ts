import { Agent } from 'node:http';
import { PASSWORD } from '../../support/relying-party.ts';
import { halves, movedTo, on } from '../cores.ts';
import { median, summary } from '../load.ts';
import { addressOf, PEOPLE } from '../people.ts';
import { nextMessage, withProgram } from '../programs.ts';
import { type OpenForm, openForms } from '../sign-in-form.ts';

/** Browsers that sign in at the same time: enough that hashing never waits for them. */
export const WIDTH = 8;
const ROUNDS = 9;
const PER_ROUND = 120;
/** Sign-ins that are not measured: V8 compiles for some hundreds of requests what every one of them runs. */
const WARM_UP = 600;

export interface SignIns {
  readonly cores: string;
  /** Sign-ins a second, bare Argon2id verifications a second, and their ratio, of each round. */
  readonly rounds: readonly { readonly perSecond: number; readonly bare: number; readonly ratio: number }[];
  /** The median. */
  readonly ratio: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Sign-ins with the right password by the hosted form, over bare Argon2id verification on the same cores. The pages are
 * opened beforehand; what is measured is sending the form: reading it, CSRF, the interaction, limits, the password, the
 * user's row, and the redirect that goes on with it. Where it can be, the server has one half of the cores, and the load
 * and the database the other: what is bare has neither, and is measured before each round and after it, for a virtual
 * machine is not as fast at all times. The server is warm by then, as one that has run for a minute is.
 */
export async function signIns(): Promise<SignIns> {
  const cores = await halves();
  return movedTo(cores?.rest, () =>
    withProgram<string, SignIns>(
      'server',
      ['gatehouse'],
      async ({ said: base }) => {
        const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });
        await signInAll(await openForms(base, agent, WARM_UP));
        const rounds = [];
        const times: number[] = [];
        let before = await bareVerifications(cores?.measured);
        for (let round = 0; round < ROUNDS; round += 1) {
          const forms = await openForms(base, agent, PER_ROUND);
          const begun = performance.now();
          times.push(...(await signInAll(forms)));
          const perSecond = PER_ROUND / ((performance.now() - begun) / 1000);
          const after = await bareVerifications(cores?.measured);
          const bare = (before + after) / 2;
          before = after;
          rounds.push({
            perSecond: rounded(perSecond, 1),
            bare: rounded(bare, 1),
            ratio: rounded(perSecond / bare, 3),
          });
        }
        agent.destroy();
        const ratio = median(rounds.map((round) => round.ratio));
        return { cores: cores?.measured ?? 'all', rounds, ratio, p50: summary(times).p50, p99: summary(times).p99 };
      },
      on(cores?.measured),
    ),
  );
}

/** @returns milliseconds of each */
export async function signInAll(forms: readonly OpenForm[]): Promise<number[]> {
  const left = [...forms.entries()];
  const times: number[] = [];
  const one = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [number, form] = next;
      const begun = performance.now();
      const { status } = await form.send(addressOf(number % PEOPLE), PASSWORD);
      if (status !== 303) throw new Error(`a sign-in was answered ${status}`);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, one));
  return times;
}

function bareVerifications(cores: string | undefined): Promise<number> {
  return withProgram<'ready', number>('argon2-floor', [], ({ child }) => nextMessage<number>(child), on(cores));
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The same for people. */
export function signInWords({ cores, rounds, ratio, p50, p99 }: SignIns): string {
  const each = rounds.map((round) => `${round.perSecond} of ${round.bare} (${round.ratio})`).join(', ');
  return `sign-ins a second of bare Argon2id verifications, cores ${cores}: ${ratio} (median; aim 0.9)
  ${each}; p50 ${p50} ms, p99 ${p99} ms of ${WIDTH} at once\n`;
}
