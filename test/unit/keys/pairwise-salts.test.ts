import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { v4, v7 } from 'uuid';
import { timeOfId } from '../../../src/kernel/ids.ts';
import {
  brokenSaltLine,
  type KeyParts,
  loadSalts,
  type PairwiseSalt,
  resealSalts,
  type SaltPolicy,
  saltFor,
  turnSalts,
} from '../../../src/keys/index.ts';
import { openTestDatabase } from '../../support/database.ts';
import { DAY, keyParts } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

const POLICY: SaltPolicy = { rotateEvery: 365 * DAY, ahead: DAY + 3600 };

describe('salts of pairwise subjects', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  let parts: KeyParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());
  beforeEach(async () => {
    await db('pairwise_salts').delete();
    clock = new TestClock();
    parts = keyParts(db, clock);
    await turnSalts(parts, POLICY);
  });

  const load = () => loadSalts(db, parts.masterKeys);
  const idOf = (msecs: number) => v7({ msecs });
  const saltOf = async (id: string) => saltFor(await load(), timeOfId(id))?.salt;

  it('are made once, however many nodes make them at once: the first at the start, the next when its time has come', async () => {
    await db('pairwise_salts').delete();
    const turn = () => Promise.all(Array.from({ length: 5 }, () => turnSalts(parts, POLICY)));
    assert.equal((await turn()).filter(Boolean).length, 1);
    clock.advance(365 * DAY - 1);
    assert.equal((await turn()).filter(Boolean).length, 0);
    clock.advance(1);
    assert.equal((await turn()).filter(Boolean).length, 1);
    const salts = await load();
    assert.deepEqual(
      salts.map(({ since }) => since.getTime()),
      [0, clock.now().getTime() + POLICY.ahead * 1000],
    );
    assert.equal(new Set(salts.map(({ salt }) => salt)).size, 2);
  });

  it('count for whoever came since, and for whoever was there before the first one', async () => {
    const early = [idOf(clock.now().getTime() - 1000 * DAY), v4(), '00000000-0000-0000-0000-000000000000', 'no id'];
    const [first] = await load();
    for (const id of early) assert.equal(await saltOf(id), first?.salt);
    clock.advance(365 * DAY);
    await turnSalts(parts, POLICY);
    const [, second] = await load();
    const begins = second?.since.getTime() ?? 0;
    assert.equal(await saltOf(idOf(begins - 1)), first?.salt);
    assert.equal(await saltOf(idOf(begins)), second?.salt);
    for (const id of early) assert.equal(await saltOf(id), first?.salt);
  });

  it('never change for somebody, whenever they came and however often the salts have changed since', () => {
    const years = fc.array(fc.integer({ min: 1, max: 1000 * DAY }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(years, fc.integer({ min: -3600, max: POLICY.ahead - 1 }), (gaps, skew) => {
        let now = Date.UTC(2026, 0, 1) / 1000;
        const salts: PairwiseSalt[] = [made(0, 0)];
        const people: { id: string; salt: string | undefined }[] = [];
        for (const gap of gaps) {
          now += gap;
          // The clock that made the id may be ahead by nearly as long as a salt is made ahead.
          const id = idOf((now + skew) * 1000);
          people.push({ id, salt: saltFor(salts, timeOfId(id))?.salt });
          salts.push(made(salts.length, now + POLICY.ahead));
          for (const person of people) assert.equal(saltFor(salts, timeOfId(person.id))?.salt, person.salt);
        }
      }),
    );
  });

  const made = (index: number, since: number): PairwiseSalt => ({
    id: String(index),
    since: new Date(since * 1000),
    salt: `salt ${index}`,
    problem: undefined,
  });

  it('are sealed, each for itself; one that does not open is named, and stops none of the others', async () => {
    clock.advance(365 * DAY);
    await turnSalts(parts, POLICY);
    const [first, second] = await db('pairwise_salts').orderBy('since');
    const [{ salt }] = (await load()) as [PairwiseSalt];
    assert.ok(salt && !first.sealed_salt.includes(salt));
    await db('pairwise_salts').where({ id: first.id }).update({ sealed_salt: second.sealed_salt });
    const [broken, whole] = (await load()) as [PairwiseSalt, PairwiseSalt];
    assert.deepEqual([broken.salt, broken.problem], [undefined, 'has been changed since it was sealed']);
    assert.ok(whole.salt);
    assert.match(
      brokenSaltLine(broken),
      new RegExp(
        `^pairwise salt ${first.id} \\(for the first people\\) has been changed since it was sealed: .* backup$`,
      ),
    );
    assert.deepEqual(
      (await resealSalts(parts)).broken.map(({ id }) => id),
      [first.id],
    );
  });

  it('are sealed with the newest master key by reseal, and stay what they are', async () => {
    const before = await load();
    const newest = randomBytes(32);
    const both = { ...parts, masterKeys: [newest, ...parts.masterKeys] };
    assert.deepEqual(await resealSalts(both), { salts: 1, resealed: 1, broken: [] });
    assert.deepEqual(await resealSalts(both), { salts: 1, resealed: 0, broken: [] });
    assert.deepEqual(await loadSalts(db, [newest]), before);
    assert.equal((await load())[0]?.problem, 'was sealed with another master key');
  });
});
