import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { emailKey } from '../../src/accounts/index.ts';
import {
  type BuildLimiter,
  type Caller,
  createLimits,
  type Limits,
  POLICY,
  type Policy,
  SIGN_IN,
} from '../../src/limits/index.ts';
import { TestClock } from './test-clock.ts';

/** A store of counts under test. */
export interface CountStore {
  /** One process's view of the store: called twice, it is two processes on the same counts. */
  open(): BuildLimiter;
  /** Lets time go by, as far as the store can tell. */
  pass(seconds: number): Promise<void>;
}

const masterKeys = [randomBytes(32)];

/** One process, with numbers that are soon reached. */
export function limitsOn(store: CountStore, policy: Policy = SMALL): Limits {
  return createLimits({ build: store.open(), masterKeys, clock: new TestClock(), addressOf: emailKey, policy });
}

/** Browsers are known that were ever signed in with. */
const ever = async () => new Date(0);

const SMALL: Policy = {
  ...POLICY,
  reset_mail: { address: { points: 2, seconds: 600 }, network: { points: 3, seconds: 60 } },
};

let people = 0;
const somebody = () => `limited-${process.pid}-${++people}@example.com`;

/** How a try at a password went: the how manieth failure it would be, the seconds to wait, or what else is to be done. */
async function trial(limits: Limits, email: string, caller: Caller, knownFrom = new Date(0)) {
  const outcome = await limits.trySignIn(email, caller, async () => knownFrom);
  if ('failures' in outcome) return outcome.failures;
  return outcome.problem === 'too_many_tries' ? `wait ${outcome.retryAfter}` : outcome.problem;
}

/** What every store of counts has to do, whichever it is. */
export function limitsContract(name: string, subject: () => CountStore): void {
  describe(`${name}, as a store of counts`, () => {
    let store: CountStore;
    let limits: Limits;
    let other: Limits;
    let home: Caller;
    let away: Caller;
    beforeEach(() => {
      store = subject();
      [limits, other] = [limitsOn(store), limitsOn(store)];
      [home, away] = [newCaller(), newCaller()];
    });

    const tries = async (email: string, count: number) => {
      const outcomes: unknown[] = [];
      for (let index = 0; index < count; index += 1) outcomes.push(await trial(limits, email, home));
      return outcomes;
    };

    it('counts for an address, wherever it is named and however it is spelt, by all processes together', async () => {
      const email = somebody();
      const ask = (by: Limits, spelling: string, caller = home) => by.take('reset_mail', { email: spelling, caller });
      assert.equal(await ask(limits, email), undefined);
      assert.equal(await ask(other, email.toUpperCase(), away), undefined);
      const wait = await ask(limits, email);
      assert.ok(wait !== undefined && wait > 590 && wait <= 600, String(wait));
      assert.equal(await ask(limits, somebody(), away), undefined);
      await store.pass(601);
      assert.equal(await ask(other, email), undefined);
    });

    it('counts for a network, whoever is named; who is turned away uses up nothing of an address', async () => {
      const email = somebody();
      for (const by of [limits, other, limits])
        assert.equal(await by.take('reset_mail', { email: somebody(), caller: home }), undefined);
      const turnedAway = await Promise.all([1, 2, 3].map(() => other.take('reset_mail', { email, caller: home })));
      for (const wait of turnedAway) assert.ok(wait !== undefined && wait > 50 && wait <= 60, String(wait));
      for (const expected of [undefined, undefined, 'wait'])
        assert.equal((await limits.take('reset_mail', { email, caller: away })) && 'wait', expected);
      await store.pass(61);
      assert.equal(await limits.take('reset_mail', { email: somebody(), caller: home }), undefined);
    });

    it('[30] uses up nothing of an account by tries at its password that are turned away for their network', async () => {
      const few = { ...SMALL, sign_in: { network: { points: 2, seconds: 60 } } };
      const [strict, owner] = [limitsOn(store, few), somebody()];
      for (const email of [somebody(), somebody()]) assert.equal(await trial(strict, email, home), 1);
      const turnedAway = await Promise.all(Array.from({ length: 7 }, () => trial(strict, owner, home)));
      for (const outcome of turnedAway) assert.match(String(outcome), /^wait (5\d|60)$/);
      assert.equal(await trial(strict, owner, away), 1);
      await store.pass(61);
      assert.equal(await trial(strict, owner, home), 2);
    });

    it('[30] lets five of fifty tries at once through, at two processes', async () => {
      const email = somebody();
      const all = Array.from({ length: 50 }, (_, index) => trial(index % 2 === 0 ? limits : other, email, home));
      const outcomes = await Promise.all(all);
      assert.deepEqual(outcomes.filter((outcome) => typeof outcome === 'number').sort(), [1, 2, 3, 4, 5]);
      assert.equal(outcomes.filter((outcome) => outcome === 'wait 1').length, 45);
      await store.pass(1);
      const next = await Promise.all([limits, other, limits, other].map((by) => trial(by, email, home)));
      assert.deepEqual(next.sort(), [6, 'wait 2', 'wait 2', 'wait 2'], 'who was turned away was not counted');
    });

    it('[30] makes each further try wait longer, up to a quarter of an hour; turned away is not tried', async () => {
      const email = somebody();
      assert.deepEqual(await tries(email, 5), [1, 2, 3, 4, 5]);
      const waits = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900];
      for (const [index, seconds] of waits.entries()) {
        assert.deepEqual(await tries(email, 2), Array(2).fill(`wait ${seconds}`));
        await store.pass(seconds);
        assert.equal(await trial(limits, email, home), 6 + index);
      }
    });

    it('[30] looks at no password after a hundred wrong ones in a row, until the owner has set a new one', async () => {
      const email = somebody();
      await tries(email, 5);
      for (let failures = 6; failures <= SIGN_IN.most; failures += 1) {
        await store.pass(900);
        assert.equal(await trial(limits, email, home), failures);
      }
      for (const seconds of [900, SIGN_IN.forgottenAfter - 1000]) {
        await store.pass(seconds);
        assert.equal(await trial(other, email, away), 'reset_needed');
      }
      await other.forgive(email);
      assert.deepEqual(await tries(email, 6), [1, 2, 3, 4, 5, 'wait 1']);
    });

    it('forgets a row of failures after three weeks without one, and not before', async () => {
      const email = somebody();
      await tries(email, 5);
      await store.pass(1);
      assert.equal(await trial(limits, email, home), 6);
      await store.pass(SIGN_IN.forgottenAfter - 100);
      assert.deepEqual(await tries(email, 2), [7, 'wait 4']);
      await store.pass(SIGN_IN.forgottenAfter - 100);
      assert.equal(await trial(limits, email, home), 8);
      await store.pass(SIGN_IN.forgottenAfter + 100);
      assert.equal(await trial(limits, email, home), 1);
    });

    it('begins anew after a password that was right, and gives back a try that was none', async () => {
      for (const before of [3, 4, 5, 7]) {
        const email = somebody();
        for (let count = 0; count < before; count += 1) {
          await limits.trySignIn(email, home, ever);
          await store.pass(900);
        }
        const none = await limits.trySignIn(email, home, ever);
        assert.ok('failures' in none);
        await none.release();
        const right = await limits.trySignIn(email, home, ever);
        assert.ok('failures' in right);
        assert.equal(right.failures, before + 1, 'the one that was given back is not counted');
        await right.succeeded();
        assert.deepEqual(await tries(email, 6), [1, 2, 3, 4, 5, 'wait 1']);
      }
    });

    it('[30] counts apart for browsers that are known, whatever strangers and the network do', async () => {
      const email = somebody();
      const device = limits.remember(email);
      await tries(email, 6);
      for (let count = 0; count < 4; count += 1) await limits.take('reset_mail', { caller: home });
      assert.ok(await limits.take('reset_mail', { caller: home }), 'nobody else may from here');
      const known = { ...home, device };
      assert.equal(await limits.take('reset_mail', { email, caller: known }), undefined);
      assert.equal(await trial(limits, email, known), 1);
      assert.equal(await trial(limits, email, { ...home, device: limits.remember(somebody()) }), 'wait 1');
      const owner = await other.trySignIn(email, known, ever);
      assert.ok('failures' in owner);
      await owner.succeeded();
      assert.equal(await trial(limits, email, home), 'wait 1', 'which forgives strangers nothing');
    });

    const knownCaller = (email: string) => ({ ...newCaller(), device: limits.remember(email) });
    /** Fails by each of these until none of them is looked at as a known one; how often that was. */
    const useUp = async (email: string, callers: readonly Caller[]) => {
      let failures = 0;
      for (let round = 1; round <= SIGN_IN.mostOfKnown; round += 1) {
        for (const caller of callers) if ((await trial(limits, email, caller)) === round) failures += 1;
        await store.pass(900);
      }
      return failures;
    };

    it('[30] counts apart for each known browser; one that has used its row up is as good as a stranger', async () => {
      const email = somebody();
      const [owner, other] = [knownCaller(email), knownCaller(email)];
      assert.equal(await useUp(email, [other]), SIGN_IN.mostOfKnown);
      for (const failures of [1, 2, 3, 4, 5]) assert.equal(await trial(limits, email, other), failures);
      assert.equal(await trial(limits, email, other), 'wait 1');
      assert.equal(await trial(limits, email, home), 'wait 1', 'it was counted with strangers');
      assert.equal(await trial(limits, email, owner), 1);
    });

    it('[30] lets all known browsers together fail a hundred times in a row, however many there are', async () => {
      const email = somebody();
      const callers = Array.from({ length: 7 }, () => knownCaller(email));
      assert.equal(await useUp(email, callers), SIGN_IN.most);
      const owner = knownCaller(email);
      assert.notEqual(await trial(limits, email, owner), 1, 'a further one is no further guess');
      await limits.forgive(email);
      assert.equal(await trial(limits, email, owner), 1);
    });

    it('[30] knows no browser that was signed in with before the password was what it is', async () => {
      const email = somebody();
      const device = limits.remember(email);
      await tries(email, 6);
      const caller = { ...home, device };
      assert.equal(await trial(limits, email, caller, new Date(Date.now() + 60_000)), 'wait 1');
      assert.equal(await trial(limits, email, caller), 1);
    });
  });
}

/** Networks that no other test uses: all of them share one store. */
let networks = 0;
function newCaller(): Caller {
  networks += 1;
  return { network: `10.${process.pid % 256}.${networks >> 8}.${networks % 256}` };
}
