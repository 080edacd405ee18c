import assert from 'node:assert/strict';
import { layTrap, type Place, type Trap } from './trap.ts';
import { until } from './until.ts';
import { startVictim } from './victim.ts';

/** Transactions that are held at once: fewer than a pool has connections. */
const AT_ONCE = 6;

/** A form, filled in and not sent. */
export interface Filled {
  send(): Promise<unknown>;
}

/** What the servers that are killed are started with. */
interface VictimOptions {
  readonly databaseUrl: string;
  readonly yaml: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Has `fill` done so many times at once, each held at another place of its transaction, and kills the server: as if it
 * had been killed at every one of them. The first time of all is not held: it shows how many places there are.
 * @param folder where the servers may leave things behind
 * @returns what each was killed before, its first three words in lower case
 */
export async function killEverywhere(
  { databaseUrl, ...options }: VictimOptions,
  folder: string,
  fill: (issuer: string) => Promise<Filled>,
): Promise<string[]> {
  let places: Place[] | undefined;
  const killedBefore: string[] = [];
  for (let done = 0; !places || done < places.length; done += AT_ONCE) {
    const trap = await layTrap(databaseUrl);
    const victim = await startVictim({ ...options, databaseUrl: trap.url }, folder);
    places ??= await placesOf(trap, await fill(victim.issuer));
    const now = places.slice(done, done + AT_ONCE);
    const forms = await Promise.all(now.map(() => fill(victim.issuer)));
    trap.hold(now);
    const answers = Promise.allSettled(forms.map((form) => form.send()));
    await until('all are held', () => trap.held().length === now.length);
    await victim.kill();
    assert.deepEqual([...new Set((await answers).map(({ status }) => status))], ['rejected'], 'nobody was answered');
    killedBefore.push(...trap.held());
    await trap.close();
  }
  return killedBefore.map((statement) => statement.trim().split(/\s+/, 3).join(' ').toLowerCase().replaceAll('"', ''));
}

async function placesOf(trap: Trap, form: Filled): Promise<Place[]> {
  const count = await trap.count(form.send);
  return [...Array.from({ length: count }, (_, index) => index + 1), 'committed'];
}
