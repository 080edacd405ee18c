import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import {
  type KeyParts,
  listKeys,
  loadKeyRing,
  type Revocation,
  revokeKey,
  SignedTokens,
  sweepSigned,
  turnKeys,
} from '../../../src/keys/index.ts';
import { openTestDatabase } from '../../support/database.ts';
import { DAY, keyParts } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('revoking a key', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  let parts: KeyParts;

  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());
  beforeEach(async () => {
    await Promise.all(['signing_keys', 'signed_tokens'].map((table) => db(table).delete()));
    clock = new TestClock();
    parts = keyParts(db, clock);
    await turnKeys(parts);
  });

  const kids = async () => (await listKeys(db)).map(({ kid }) => kid);
  const states = async () => (await listKeys(db)).map(({ state }) => state);
  const first = async () => (await kids())[0] ?? '';
  async function revoked(kid: string, options?: { dryRun: boolean }): Promise<Revocation> {
    const result = await revokeKey(parts, kid, options);
    assert.ok(!('problem' in result), JSON.stringify(result));
    return result;
  }

  it('destroys the private part, publishes the key no more, and has another sign at once', async () => {
    const kid = await first();
    const { key, was, replacedBy } = await revoked(kid);
    assert.deepEqual([key.kid, key.state, was], [kid, 'retired', 'active']);
    assert.deepEqual([key.revokedAt, key.retiredAt], [clock.now(), clock.now()]);
    const row = await db('signing_keys').where({ kid }).first();
    assert.deepEqual([row.sealed_private_jwk, row.public_jwk.kid], [null, kid]);
    const ring = await loadKeyRing(db, parts.masterKeys);
    assert.deepEqual(
      ring.published.map((each) => [each.kid, each.state]),
      [[replacedBy?.kid, 'active']],
    );
  });

  it('has the pending key sign, where there is one', async () => {
    clock.advance(29 * DAY);
    await turnKeys(parts);
    const [kid = '', pending] = await kids();
    assert.equal((await revoked(kid)).replacedBy?.kid, pending);
    assert.deepEqual(await states(), ['retired', 'active']);
    assert.deepEqual(await turnKeys(parts), [], 'nothing is left to do');
  });

  it('says beforehand what would come of it, and does nothing', async () => {
    clock.advance(29 * DAY);
    await turnKeys(parts);
    const [kid = '', pending] = await kids();
    const before = await db('signing_keys').select(db.raw('xmin::text, *'));
    const { key, replacedBy } = await revoked(kid, { dryRun: true });
    assert.deepEqual([key.state, replacedBy?.kid], ['active', pending]);
    assert.equal((await revoked(pending ?? '', { dryRun: true })).replacedBy, undefined);
    assert.deepEqual(await db('signing_keys').select(db.raw('xmin::text, *')), before);
  });

  it('tells a retired key and an unknown one, and changes nothing', async () => {
    const kid = await first();
    await revoked(kid);
    const before = await db('signing_keys').select(db.raw('xmin::text, *'));
    const again = await revokeKey(parts, kid);
    assert.ok('problem' in again && again.problem === 'retired');
    assert.equal(again.key.kid, kid);
    assert.deepEqual(await revokeKey(parts, 'nonsense'), { problem: 'unknown' });
    assert.deepEqual(await db('signing_keys').select(db.raw('xmin::text, *')), before);
  });

  it('is done once by five who do it at once', async () => {
    const kid = await first();
    const results = await Promise.all(Array.from({ length: 5 }, () => revokeKey(parts, kid)));
    assert.equal(results.filter((result) => !('problem' in result)).length, 1);
    assert.deepEqual((await states()).sort(), ['active', 'retired']);
  });

  it('knows a retired key from a revoked one, and the database no other state', async () => {
    const kid = await first();
    for (const seconds of [29 * DAY, DAY, 4500]) {
      clock.advance(seconds);
      await turnKeys(parts);
    }
    const [retired] = await listKeys(db);
    assert.deepEqual([retired?.kid, retired?.state, retired?.revokedAt], [kid, 'retired', undefined]);
    const live = db('signing_keys').where({ state: 'active' }).update({ revoked_at: clock.now() });
    await assert.rejects(live, /signing_keys_revoked_is_retired/);
  });

  describe('tells who holds what it signed', () => {
    const MINUTE = 60;
    const token = (
      kid: string,
      clientId: string,
      seconds: number,
      kind: 'access_token' | 'id_token' = 'access_token',
    ) => ({
      ...{ kid, clientId, kind },
      expiresAt: new Date(clock.now().getTime() + seconds * 1000),
    });
    const told = async (kid: string) =>
      (await revoked(kid, { dryRun: true })).clients.map(({ clientId, accessTokens, idTokens }) => [
        clientId,
        accessTokens,
        idTokens,
      ]);

    it('by client, the one with the most first, from several processes', async () => {
      const kid = await first();
      const [one, other] = [new SignedTokens(), new SignedTokens()];
      for (let count = 0; count < 5; count += 1) one.add(token(kid, 'shop', 900));
      one.add(token(kid, 'blog', 900));
      one.add(token(kid, 'blog', 900, 'id_token'));
      other.add(token(kid, 'blog', 900));
      other.add(token('another key', 'blog', 900));
      await Promise.all([one, other].map((each) => each.flush(db, clock.now())));
      assert.deepEqual(await told(kid), [
        ['shop', 5, 0],
        ['blog', 2, 1],
      ]);
    });

    it('until a token has expired, and a minute longer at most', async () => {
      const kid = await first();
      const signed = new SignedTokens();
      signed.add(token(kid, 'soon', 900));
      signed.add(token(kid, 'later', 900 + 2 * MINUTE));
      await signed.flush(db, clock.now());
      clock.advance(899);
      assert.deepEqual(
        (await told(kid)).map(([client]) => client),
        ['later', 'soon'],
      );
      clock.advance(1 + MINUTE);
      assert.deepEqual(await told(kid), [['later', 1, 0]]);
      await sweepSigned(db, clock.now());
      assert.deepEqual(
        (await db('signed_tokens')).map(({ client_id }) => client_id),
        ['later'],
      );
    });

    it('in one statement however many there are, and in none where there is nothing', async () => {
      const statements: string[] = [];
      const count = ({ sql }: { sql: string }) => void statements.push(sql);
      const signed = new SignedTokens();
      for (let client = 0; client < 1000; client += 1) signed.add(token('kid', `client ${client % 50}`, client + 1));
      signed.add(token('kid', 'too late', -MINUTE));
      db.client.on('query', count);
      try {
        await signed.flush(db, clock.now());
        assert.equal(statements.length, 1);
        await signed.flush(db, clock.now());
        assert.equal(statements.length, 1);
      } finally {
        db.client.removeListener('query', count);
      }
      const [{ sum } = { sum: 0 }] = await db('signed_tokens').sum('tokens');
      assert.equal(Number(sum), 1000, 'but for the one that has expired already');
    });

    it('also when the database was away meanwhile', async () => {
      const kid = await first();
      const signed = new SignedTokens();
      signed.add(token(kid, 'shop', 900));
      await db.raw('alter table signed_tokens rename to away');
      await assert.rejects(signed.flush(db, clock.now()));
      await db.raw('alter table away rename to signed_tokens');
      signed.add(token(kid, 'shop', 900));
      await signed.flush(db, clock.now());
      assert.deepEqual(await told(kid), [['shop', 2, 0]]);
    });
  });
});
