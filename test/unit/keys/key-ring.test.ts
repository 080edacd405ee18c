import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { Knex } from 'knex';
import { systemClock } from '../../../src/kernel/clock.ts';
import { OperatorError } from '../../../src/kernel/faults.ts';
import { open } from '../../../src/kernel/seal.ts';
import { type KeyParts, listKeys, loadKeyRing, turnKeys, verifies } from '../../../src/keys/index.ts';
import { sealContext } from '../../../src/keys/sealed-keys.ts';
import { openTestDatabase } from '../../support/database.ts';
import { POLICY } from '../../support/keys.ts';

describe('key ring', () => {
  const master = randomBytes(32);
  let parts: KeyParts;
  let db: Knex;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = { db, clock: systemClock, masterKeys: [master], policy: POLICY };
  });
  after(() => close());

  it('makes one key an algorithm, however many nodes start at once, and once only', async () => {
    await Promise.all(Array.from({ length: 5 }, () => turnKeys(parts)));
    const { keys } = await loadKeyRing(db, [master]);
    assert.deepEqual(
      keys.map(({ alg, state }) => [alg, state]),
      [
        ['ES256', 'active'],
        ['RS256', 'active'],
      ],
    );
    for (const { kid, alg, publicJwk, sign } of keys) {
      assert.equal(kid, await calculateJwkThumbprint(publicJwk), 'the kid is the RFC 7638 thumbprint');
      assert.deepEqual([publicJwk.kid, publicJwk.alg, publicJwk.use], [kid, alg, 'sig']);
      const data = Buffer.from('something');
      assert.ok(verifies(alg, publicJwk, data, await sign(data)));
    }
  });

  it('stores no private part in the clear', async () => {
    for (const { kid, alg, sealed, publicJwk } of await listKeys(db)) {
      assert.equal('d' in publicJwk, false);
      assert.ok(sealed);
      const privateJwk = JSON.parse(open(sealed, [master], sealContext(kid, alg)));
      assert.ok(privateJwk.d && !sealed.includes(privateJwk.d));
    }
  });

  it('names the key that the master key does not open', async () => {
    const [row] = await listKeys(db);
    await assert.rejects(loadKeyRing(db, [randomBytes(32)]), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.deepEqual(
        error.faults.map(({ name }) => name),
        ['MASTER_KEY'],
      );
      assert.match(error.message, new RegExp(row?.kid ?? 'no key'));
      return true;
    });
  });
});
