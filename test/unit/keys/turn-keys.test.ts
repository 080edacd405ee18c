import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Knex } from 'knex';
import {
  type KeptKeyRing,
  type KeyParts,
  type KeyRing,
  keepKeyRing,
  listKeys,
  loadKeyRing,
  rotateKeys,
  turnKeys,
} from '../../../src/keys/index.ts';
import { openTestDatabase } from '../../support/database.ts';
import { DAY, keyParts } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

/** A token that lives for a day and a minute, by the key that signs. */
async function sign({ keys }: KeyRing, clock: TestClock): Promise<string> {
  const active = keys.find(({ state }) => state === 'active');
  assert.ok(active);
  const now = Math.floor(clock.now().getTime() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: active.alg, kid: active.kid })}.${part({ iat: now, exp: now + DAY + 60 })}`;
  return `${signed}.${Buffer.from(await active.sign(Buffer.from(signed))).toString('base64url')}`;
}

describe('turning keys', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  let parts: KeyParts;

  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());
  beforeEach(async () => {
    await db('signing_keys').delete();
    clock = new TestClock();
    parts = keyParts(db, clock);
    await turnKeys(parts);
  });

  const states = async () => (await listKeys(db)).map(({ state }) => state);

  it('is done once, however many nodes do it at once', async () => {
    clock.advance(29 * DAY);
    const nodes = await Promise.all(Array.from({ length: 5 }, () => turnKeys(parts)));
    assert.equal(nodes.flat().length, 1);
    assert.deepEqual(await states(), ['active', 'pending']);
    clock.advance(DAY);
    const again = await Promise.all(Array.from({ length: 5 }, () => turnKeys(parts)));
    assert.deepEqual(
      again.flat().map(({ kind }) => kind),
      ['promote'],
    );
    assert.deepEqual(await states(), ['retiring', 'active']);
  });

  it('destroys the private part of a retired key, and keeps its public part and dates', async () => {
    clock.advance(29 * DAY);
    await turnKeys(parts);
    clock.advance(DAY);
    await turnKeys(parts);
    clock.advance(4500);
    await turnKeys(parts);
    const [retired] = await db('signing_keys').where({ state: 'retired' });
    assert.equal(retired.sealed_private_jwk, null);
    assert.equal(retired.public_jwk.kid, retired.kid);
    for (const date of ['created_at', 'activated_at', 'retiring_at', 'retired_at']) assert.ok(retired[date], date);
    assert.deepEqual(
      (await loadKeyRing(db, parts.masterKeys)).keys.map(({ state }) => state),
      ['active'],
    );
  });

  it('leaves the keys as they were when it is cut off at any statement', async () => {
    clock.advance(29 * DAY);
    await turnKeys(parts);
    clock.advance(DAY);
    for (let statement = 1; statement <= 2; statement += 1) {
      let left = statement;
      const cut = (query: { sql: string }) => {
        if (!query.sql.startsWith('update "signing_keys"')) return;
        left -= 1;
        if (left === 0) throw new Error('cut off');
      };
      db.client.on('query', cut);
      await assert.rejects(turnKeys(parts), /cut off/);
      db.client.removeListener('query', cut);
      assert.deepEqual(await states(), ['active', 'pending']);
    }
    await turnKeys(parts);
    assert.deepEqual(await states(), ['retiring', 'active']);
  });

  it('lets a key that cannot be opened never sign, and publishes another', async () => {
    clock.advance(29 * DAY);
    await turnKeys(parts);
    const { kid } = (await listKeys(db)).find(({ state }) => state === 'pending') ?? { kid: '' };
    await db('signing_keys')
      .where({ kid })
      .update({ sealed_private_jwk: db.raw('substring(sealed_private_jwk for 40)') });
    for (const seconds of [DAY, DAY]) {
      clock.advance(seconds);
      await turnKeys(parts);
    }
    const keys = await listKeys(db);
    assert.deepEqual(
      keys.map(({ state }) => state),
      ['retiring', 'pending', 'active'],
    );
    assert.equal(keys[1]?.kid, kid);
    assert.deepEqual((await rotateKeys(parts)).waiting.map(({ key }) => key.kid).includes(kid), false);
  });

  it('verifies every token that lives, day by day for a year, by the keys of the day and by those of the day before', async function () {
    this.timeout(60_000);
    parts = { ...parts, policy: { ...parts.policy, retireAfter: DAY + 3600 } };
    const verifies = (token: string, { published }: KeyRing) =>
      jwtVerify(token, createLocalJWKSet({ keys: published.map(({ publicJwk }) => publicJwk) }), {
        currentDate: clock.now(),
      });
    let before = await loadKeyRing(db, parts.masterKeys);
    let yesterdays = await sign(before, clock);
    const signers = new Set<string | undefined>();
    for (let day = 1; day <= 365; day += 1) {
      clock.advance(DAY);
      await turnKeys(parts);
      const ring = await loadKeyRing(db, parts.masterKeys);
      const todays = await sign(ring, clock);
      signers.add(decodeProtectedHeader(todays).kid);
      await Promise.all([verifies(yesterdays, ring), verifies(todays, ring), verifies(todays, before)]);
      assert.equal(ring.keys.filter(({ state }) => state === 'active').length, 1);
      [before, yesterdays] = [ring, todays];
    }
    assert.equal(signers.size, 13);
  });

  describe('as a node sees it', () => {
    let kept: KeptKeyRing;
    let rings: number;
    let reachable: boolean;

    beforeEach(async () => {
      rings = 0;
      reachable = true;
      const load = async () => {
        if (!reachable) throw new Error('the database is away');
        return loadKeyRing(db, parts.masterKeys);
      };
      const changed = () => {
        rings += 1;
      };
      kept = keepKeyRing({ first: await load(), load, changed, mayLag: 3600, clock });
    });

    it('changes the engine when the keys have changed, and only then', async () => {
      await Promise.all([kept.reload(), kept.reload()]);
      assert.equal(rings, 0);
      clock.advance(29 * DAY);
      await turnKeys(parts);
      await Promise.all([kept.reload(), kept.reload()]);
      assert.equal(rings, 1);
      assert.deepEqual(
        kept.current().keys.map(({ state }) => state),
        ['active', 'pending'],
      );
    });

    it('looks again where it was told of a change while it looked', async () => {
      const held = Promise.withResolvers<void>();
      const seen: Promise<KeyRing>[] = [];
      const load = async () => {
        const ring = loadKeyRing(db, parts.masterKeys);
        seen.push(ring);
        await ring;
        if (seen.length === 1) await held.promise;
        return ring;
      };
      const busy = keepKeyRing({ first: kept.current(), load, changed: () => undefined, mayLag: 3600, clock });
      const before = busy.reload();
      await seen[0];
      clock.advance(29 * DAY);
      await turnKeys(parts);
      const told = [busy.reload(), busy.reload(), busy.reload()];
      held.resolve();
      await Promise.all([before, ...told]);
      assert.equal(busy.current().keys.length, 2);
      assert.equal(seen.length, 2, 'once for all who asked meanwhile');
    });

    it('signs on while the database is away, and refuses before its key may be gone', async () => {
      reachable = false;
      clock.advance(3599);
      await assert.rejects(kept.reload(), /away/);
      assert.equal(await kept.canSign(), true);
      clock.advance(1);
      assert.equal(await kept.canSign(), false);
      reachable = true;
      await kept.reload();
      assert.equal(await kept.canSign(), true);
    });
  });
});
