import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Circumstances, dueSteps, type KeyPolicy, revocationSteps, type Step } from '../../../src/keys/life.ts';
import type { KeyLife } from '../../../src/keys/types.ts';
import { DAY, POLICY } from '../../support/keys.ts';

type Key = KeyLife;

/** The keys of one algorithm, turned by nothing but the rules under test. */
class Keys {
  all: Key[] = [];

  turn(policy: KeyPolicy, now: Date, { hurried = [], unopened = [] }: Circumstances = {}): void {
    let steps = dueSteps(this.all, policy, now, { hurried, unopened });
    while (steps.length > 0) {
      for (const step of steps) this.#take(step, now);
      steps = dueSteps(this.all, policy, now, { unopened });
    }
  }

  revoke(policy: KeyPolicy, kid: string, now: Date, circumstances?: Circumstances): Step[] {
    const steps = revocationSteps(this.all, policy, kid, circumstances);
    for (const step of steps) this.#take(step, now);
    return steps;
  }

  #take(step: Step, now: Date): void {
    if (step.kind === 'make') this.#make(step, now);
    else if (step.kind === 'retire') this.#set(step.kid, { state: 'retired', retiredAt: now });
    else if (step.kind === 'revoke') this.#set(step.kid, { state: 'retired', retiredAt: now, revokedAt: now });
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
      revokedAt: undefined,
    });
  }

  #set(kid: string, change: Partial<Key>): void {
    this.all = this.all.map((key) => (key.kid === kid ? { ...key, ...change } : key));
  }
}

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
/** But for the first key, which nobody waited for, and those that had to sign when another was revoked. */
function wasPublishedAhead(keys: readonly Key[], { publishAhead }: KeyPolicy): void {
  const emergencies = new Set(keys.flatMap(({ revokedAt }) => (revokedAt ? [revokedAt.getTime()] : [])));
  for (const { kid, createdAt, activatedAt } of keys.slice(1)) {
    if (!activatedAt || emergencies.has(activatedAt.getTime())) continue;
    const ahead = (activatedAt.getTime() - createdAt.getTime()) / 1000;
    assert.ok(ahead >= publishAhead, `${kid} was published ${ahead} seconds ahead`);
  }
}

/** A token's key is published until the token has expired; of a key that was revoked, not for a moment longer. */
function verifiesAsLongAsItLives(keys: Keys, { kid, until }: { kid: string; until: number }, now: number): void {
  if (keys.all.find((key) => key.kid === kid)?.revokedAt) assert.equal(keys.isPublished(kid), false, 'still there');
  else if (until > now) assert.ok(keys.isPublished(kid), 'left too early');
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
    keys.turn(policy, at(DAY), { hurried: ['ES256'] });
    assert.deepEqual(
      keys.all.map(({ state }) => state),
      ['active', 'pending'],
    );
    keys.turn(policy, at(2 * DAY - 1), { hurried: ['ES256'] });
    assert.deepEqual(
      keys.all.map(({ state }) => state),
      ['active', 'pending'],
    );
    keys.turn(policy, at(2 * DAY), { hurried: ['ES256'] });
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

  it('lets a key that cannot be opened never sign, and publishes another in its place', () => {
    const keys = new Keys();
    const policy = { ...POLICY, algorithms: ['ES256'] };
    for (const day of [0, 29]) keys.turn(policy, at(day * DAY));
    const broken = keys.all[1]?.kid ?? '';
    for (const day of [30, 31]) keys.turn(policy, at(day * DAY), { unopened: [broken] });
    assert.deepEqual(
      keys.all.map(({ state }) => state),
      ['retiring', 'pending', 'active'],
    );
    assert.equal(keys.all[1]?.kid, broken);
  });

  describe('in an emergency', () => {
    const policy = { ...POLICY, algorithms: ['ES256'] };
    const states = (keys: Keys) => keys.all.map(({ state }) => state);

    it('ends the key that signs at once; the pending one signs, however young', () => {
      const keys = new Keys();
      for (const day of [0, 29]) keys.turn(policy, at(day * DAY));
      keys.revoke(policy, 'ES256-0', at(29 * DAY + 1));
      assert.deepEqual(states(keys), ['retired', 'active']);
      assert.deepEqual(keys.all[0]?.revokedAt, at(29 * DAY + 1));
      assert.equal(keys.all[1]?.revokedAt, undefined);
      assert.deepEqual(dueSteps(keys.all, policy, at(29 * DAY + 1)), []);
    });

    it('makes another where none is pending, or none that opens', () => {
      const keys = new Keys();
      keys.turn(policy, at(0));
      keys.revoke(policy, 'ES256-0', at(1));
      assert.deepEqual(states(keys), ['retired', 'active']);
      keys.turn(policy, at(29 * DAY + 1));
      keys.revoke(policy, 'ES256-1', at(29 * DAY + 2), { unopened: ['ES256-2'] });
      assert.deepEqual(states(keys), ['retired', 'retired', 'pending', 'active']);
    });

    it('takes a key that does not sign away, and nothing else', () => {
      const keys = new Keys();
      for (const day of [0, 29, 30]) keys.turn(policy, at(day * DAY));
      assert.deepEqual(keys.revoke(policy, 'ES256-0', at(30 * DAY)), [{ kind: 'revoke', kid: 'ES256-0' }]);
      keys.turn(policy, at(59 * DAY));
      keys.revoke(policy, 'ES256-2', at(59 * DAY));
      assert.deepEqual(states(keys), ['retired', 'active', 'retired']);
      keys.turn(policy, at(59 * DAY));
      assert.deepEqual(states(keys), ['retired', 'active', 'retired', 'pending'], 'the next one is published anew');
    });

    it('does nothing to a key that is retired, and to none that nobody knows', () => {
      const keys = new Keys();
      keys.turn(policy, at(0));
      keys.revoke(policy, 'ES256-0', at(1));
      assert.deepEqual(keys.revoke(policy, 'ES256-0', at(2)), []);
      assert.deepEqual(keys.revoke(policy, 'nobody', at(2)), []);
      assert.deepEqual(keys.all[0]?.revokedAt, at(1));
    });

    it('replaces no key of an algorithm that is no longer wanted, nor one of another algorithm', () => {
      const keys = new Keys();
      keys.turn({ ...POLICY, algorithms: ['ES256', 'PS256'] }, at(0));
      keys.revoke(policy, 'PS256-1', at(1));
      assert.deepEqual(states(keys), ['active', 'retired']);
    });
  });

  /** What happens next: some time goes by, and perhaps a key is lost. */
  const happenings = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 20 * DAY }),
      lost: fc.option(fc.constantFrom('pending', 'active', 'retiring'), { freq: 4 }),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it('keeps every promise under any policy, however seldom anybody looks, and whatever is revoked', () => {
    fc.assert(
      fc.property(policies, happenings, fc.integer({ min: 60, max: 900 }), (policy, all, tokenLife) => {
        const keys = new Keys();
        const signed: { kid: string; until: number }[] = [];
        let now = 0;
        for (const { gap, lost } of [{ gap: 0, lost: null }, ...all]) {
          now += gap;
          // A token signed just before anybody looks is the hardest to keep alive.
          for (const { kid } of keys.active('ES256')) signed.push({ kid, until: now + tokenLife });
          keys.turn(policy, at(now));
          const victim = keys.all.find(({ state }) => state === lost)?.kid;
          if (victim) keys.revoke(policy, victim, at(now));
          assert.equal(keys.active('ES256').length, 1, 'one signs');
          wasPublishedAhead(keys.all, policy);
          for (const token of signed) verifiesAsLongAsItLives(keys, token, now);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes through a year in daily steps: one signs, known for a day, and gone no sooner than its last token', () => {
    const keys = new Keys();
    for (let day = 0; day <= 365; day += 1) {
      const before = keys.active('ES256');
      keys.turn(POLICY, at(day * DAY));
      assert.equal(keys.active('ES256').length, 1);
      wasPublishedAhead(
        keys.all.filter(({ alg }) => alg === 'ES256'),
        POLICY,
      );
      // Signed until this very moment, and good for a quarter of an hour more.
      for (const { kid } of before) assert.ok(keys.isPublished(kid), `day ${day}`);
    }
    const own = keys.all.filter(({ alg }) => alg === 'ES256');
    assert.equal(own.filter(({ activatedAt }) => activatedAt).length, 13);
    assert.deepEqual(
      own.slice(1).map(({ activatedAt }) => activatedAt?.toISOString()),
      Array.from({ length: 12 }, (_, index) => at((index + 1) * 30 * DAY).toISOString()),
    );
    assert.ok(own.slice(0, -2).every(({ state }) => state === 'retired'));
    for (const [index, { retiringAt }] of own.slice(0, -1).entries())
      assert.deepEqual(retiringAt, own[index + 1]?.activatedAt, 'one stops when the next one begins');
  });
});
