import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dueSteps, type KeyPolicy, type Step } from '../../../src/keys/life.ts';
import type { KeyLife } from '../../../src/keys/types.ts';
import { DAY, POLICY } from '../../support/keys.ts';

type Key = KeyLife;

/** The keys of one algorithm, turned by nothing but the rules under test. */
class Keys {
  all: Key[] = [];

  turn(policy: KeyPolicy, now: Date, hurried: readonly string[] = []): void {
    let steps = dueSteps(this.all, policy, now, hurried);
    while (steps.length > 0) {
      for (const step of steps) this.#take(step, now);
      steps = dueSteps(this.all, policy, now);
    }
  }

  #take(step: Step, now: Date): void {
    if (step.kind === 'make') this.#make(step, now);
    else if (step.kind === 'retire') this.#set(step.kid, { state: 'retired', retiredAt: now });
    else if (step.kind === 'replace') this.#set(step.kid, { state: 'retiring', retiringAt: now });
    else {
      if (step.replaced) this.#set(step.replaced, { state: 'retiring', retiringAt: now });
      this.#set(step.kid, { state: 'active', activatedAt: now });
    }
  }

  /** Who signs an algorithm now. */
  active(alg: string): Key[] {
    return this.all.filter((key) => key.alg === alg && key.state === 'active');
  }

  isPublished(kid: string): boolean {
    return this.all.some((key) => key.kid === kid && key.state !== 'retired');
  }

  #make({ alg, state }: { alg: string; state: 'pending' | 'active' }, now: Date): void {
    const dates = { createdAt: now, activatedAt: state === 'active' ? now : undefined };
    this.all.push({
      kid: `${alg}-${this.all.length}`,
      alg,
      state,
      ...dates,
      retiringAt: undefined,
      retiredAt: undefined,
    });
  }

  #set(kid: string, change: Partial<Key>): void {
    this.all = this.all.map((key) => (key.kid === kid ? { ...key, ...change } : key));
  }
}

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
/** But for the first key, which nobody waited for. */
function wasPublishedAhead([, ...later]: readonly Key[], { publishAhead }: KeyPolicy): void {
  for (const { kid, createdAt, activatedAt } of later) {
    const ahead = activatedAt ? (activatedAt.getTime() - createdAt.getTime()) / 1000 : publishAhead;
    assert.ok(ahead >= publishAhead, `${kid} was published ${ahead} seconds ahead`);
  }
}

/** Policies as the settings allow them. */
const policies = fc
  .record({
    rotateEvery: fc.integer({ min: 3600, max: 90 * DAY }),
    ahead: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    retireAfter: fc.integer({ min: 1020, max: 2 * DAY }),
  })
  .map(({ rotateEvery, ahead, retireAfter }): KeyPolicy => {
    const publishAhead = Math.max(420, Math.floor(rotateEvery * ahead));
    return { algorithms: ['ES256'], rotateEvery, publishAhead: Math.min(publishAhead, rotateEvery - 1), retireAfter };
  });

describe('the life of signing keys', () => {
  it('begins with one active key an algorithm, and has nothing to do then', () => {
    const keys = new Keys();
    keys.turn(POLICY, at(0));
    assert.deepEqual(
      keys.all.map(({ alg, state }) => [alg, state]),
      [
        ['ES256', 'active'],
        ['RS256', 'active'],
      ],
    );
    assert.deepEqual(dueSteps(keys.all, POLICY, at(28 * DAY)), []);
  });

  it('publishes the next key a day ahead, lets it sign after 30 days, and the one before go with its last token', () => {
    const keys = new Keys();
    const policy = { ...POLICY, algorithms: ['ES256'] };
    const states = (seconds: number) => {
      keys.turn(policy, at(seconds));
      return keys.all.map(({ state }) => state);
    };
    assert.deepEqual(states(0), ['active']);
    assert.deepEqual(states(29 * DAY - 1), ['active']);
    assert.deepEqual(states(29 * DAY), ['active', 'pending']);
    assert.deepEqual(states(30 * DAY - 1), ['active', 'pending']);
    assert.deepEqual(states(30 * DAY), ['retiring', 'active']);
    assert.deepEqual(states(30 * DAY + 4499), ['retiring', 'active']);
    assert.deepEqual(states(30 * DAY + 4500), ['retired', 'active']);
  });

  it('hurries as an operator says, but lets nothing sign that caches may not know', () => {
    const keys = new Keys();
    const policy = { ...POLICY, algorithms: ['ES256'] };
    keys.turn(policy, at(0));
    keys.turn(policy, at(DAY), ['ES256']);
    assert.deepEqual(
      keys.all.map(({ state }) => state),
      ['active', 'pending'],
    );
    keys.turn(policy, at(2 * DAY - 1), ['ES256']);
    assert.deepEqual(
      keys.all.map(({ state }) => state),
      ['active', 'pending'],
    );
    keys.turn(policy, at(2 * DAY), ['ES256']);
    assert.deepEqual(
      keys.all.map(({ state }) => state),
      ['retiring', 'active'],
    );
  });

  it('ends the keys of an algorithm that is no longer wanted, and publishes the first of a new one ahead', () => {
    const keys = new Keys();
    keys.turn({ ...POLICY, algorithms: ['ES256', 'PS256'] }, at(0));
    keys.turn({ ...POLICY, algorithms: ['ES256'] }, at(DAY));
    assert.deepEqual(keys.active('PS256'), []);
    assert.equal(keys.all.find(({ alg }) => alg === 'PS256')?.state, 'retiring');
    keys.turn({ ...POLICY, algorithms: ['ES256', 'PS256'] }, at(DAY + 60));
    assert.deepEqual(keys.active('PS256'), [], 'caches know nothing of it yet');
    keys.turn({ ...POLICY, algorithms: ['ES256', 'PS256'] }, at(2 * DAY + 60));
    assert.equal(keys.active('PS256').length, 1);
  });

  it('keeps every promise under any policy, however seldom anybody looks', () => {
    const looks = fc.array(fc.integer({ min: 1, max: 20 * DAY }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(policies, looks, fc.integer({ min: 60, max: 900 }), (policy, gaps, tokenLife) => {
        const keys = new Keys();
        const signed: { kid: string; until: number }[] = [];
        let now = 0;
        for (const gap of [0, ...gaps]) {
          now += gap;
          // A token signed just before anybody looks is the hardest to keep alive.
          for (const { kid } of keys.active('ES256')) signed.push({ kid, until: now + tokenLife });
          keys.turn(policy, at(now));
          assert.equal(keys.active('ES256').length, 1, 'one signs');
          wasPublishedAhead(keys.all, policy);
          const live = signed.filter(({ until }) => until > now);
          assert.deepEqual(
            live.filter(({ kid }) => !keys.isPublished(kid)),
            [],
            'left too early',
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes through a year in daily steps', () => {
    const keys = new Keys();
    for (let day = 0; day <= 365; day += 1) keys.turn(POLICY, at(day * DAY));
    const own = keys.all.filter(({ alg }) => alg === 'ES256');
    assert.equal(own.filter(({ activatedAt }) => activatedAt).length, 13);
    assert.deepEqual(
      own.slice(1).map(({ activatedAt }) => activatedAt?.toISOString()),
      Array.from({ length: 12 }, (_, index) => at((index + 1) * 30 * DAY).toISOString()),
    );
    assert.ok(own.slice(0, -2).every(({ state }) => state === 'retired'));
  });
});
