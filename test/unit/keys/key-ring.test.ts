import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { Knex } from 'knex';
import { systemClock } from '../../../src/kernel/clock.ts';
import { OperatorError } from '../../../src/kernel/faults.ts';
import { open, seal } from '../../../src/kernel/seal.ts';
import { brokenKeyLine, type KeyParts, listKeys, loadKeyRing, turnKeys, verifies } from '../../../src/keys/index.ts';
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

  describe('with a key that cannot be opened', () => {
    /** Whatever is done to the RS256 key, the ES256 key is as it was. */
    const damages: [what: string, damage: (kid: string) => Promise<unknown>, problem: string, published: boolean][] = [
      [
        'one bit changed',
        (kid) =>
          db('signing_keys')
            .where({ kid })
            .update({ sealed_private_jwk: db.raw(FLIPPED) }),
        'has been changed since it was sealed',
        true,
      ],
      [
        'one bit changed of what says which master key it is',
        (kid) =>
          db('signing_keys')
            .where({ kid })
            .update({ sealed_private_jwk: db.raw(FLIPPED.replaceAll('40', '3')) }),
        'has been changed since it was sealed',
        true,
      ],
      [
        'half of its private part',
        (kid) =>
          db('signing_keys')
            .where({ kid })
            .update({ sealed_private_jwk: db.raw(CUT) }),
        'is not a sealed value',
        true,
      ],
      [
        'another key’s private part',
        (kid) =>
          db('signing_keys')
            .where({ kid })
            .update({ sealed_private_jwk: db.raw(OTHERS) }),
        'has been changed since it was sealed',
        true,
      ],
      [
        'half of its public part',
        (kid) =>
          db('signing_keys')
            .where({ kid })
            .update({ public_jwk: db.raw("public_jwk - 'n'") }),
        'has lost its public part',
        false,
      ],
      [
        'nothing of its public part',
        (kid) => db('signing_keys').where({ kid }).update({ public_jwk: '{}' }),
        'has lost its public part',
        false,
      ],
    ];
    const FLIPPED = 'set_byte(sealed_private_jwk, 40, get_byte(sealed_private_jwk, 40) # 1)';
    const CUT = 'substring(sealed_private_jwk for 20)';
    const OTHERS = "(select sealed_private_jwk from signing_keys where alg = 'ES256')";

    for (const [what, damage, problem, isPublished] of damages) {
      it(`goes on with the others, and names the one with ${what}`, async () => {
        const before = (await loadKeyRing(db, [master])).published.map(({ kid }) => kid);
        const row = await db('signing_keys').where({ alg: 'RS256' }).first();
        await damage(row.kid);
        try {
          const { keys, broken, published } = await loadKeyRing(db, [master]);
          assert.deepEqual(
            keys.map(({ alg }) => alg),
            ['ES256'],
          );
          assert.deepEqual(
            broken.map((key) => [key.kid, key.problem]),
            [[row.kid, problem]],
          );
          assert.match(
            broken.map(brokenKeyLine).join(),
            new RegExp(`^signing key ${row.kid} \\(RS256, active\\) ${problem}: .* gatehouse keys rotate --now$`),
          );
          const kids = published.map(({ kid }) => kid);
          assert.deepEqual(kids, isPublished ? before : before.filter((kid) => kid !== row.kid));
          assert.doesNotMatch(JSON.stringify(broken), /"d":|privateJwk/);
        } finally {
          await db('signing_keys')
            .where({ kid: row.kid })
            .update({ ...row, public_jwk: JSON.stringify(row.public_jwk) });
        }
      });
    }

    it('stops where the key that signs is another master key’s: then it is the master key that is wrong', async () => {
      const row = await db('signing_keys').where({ alg: 'RS256' }).first();
      const sealed = seal('{}', [randomBytes(32)], sealContext(row.kid, 'RS256'));
      const put = (change: object) => db('signing_keys').where({ kid: row.kid }).update(change);
      await put({ sealed_private_jwk: sealed });
      try {
        await assert.rejects(
          loadKeyRing(db, [master]),
          new RegExp(
            `^OperatorError: MASTER_KEY: signing key ${row.kid} \\(RS256\\) was sealed with another master key`,
          ),
        );
        await put({ state: 'retiring', retiring_at: new Date() });
        const { keys, broken } = await loadKeyRing(db, [master]);
        assert.deepEqual([keys.length, broken.map(({ kid }) => kid)], [1, [row.kid]]);
      } finally {
        await put({ ...row, public_jwk: JSON.stringify(row.public_jwk) });
      }
    });

    it('stops where the key that signs is in an HSM of which nothing was said, and publishes one that signed', async () => {
      const row = await db('signing_keys').where({ alg: 'RS256' }).first();
      const put = (change: object) => db('signing_keys').where({ kid: row.kid }).update(change);
      await put({ sealed_private_jwk: null, private_key_uri: 'pkcs11:id=%01' });
      try {
        const problem = `signing_keys.pkcs11: signing key ${row.kid} \\(RS256\\) is kept in an HSM`;
        await assert.rejects(loadKeyRing(db, [master]), new RegExp(`^OperatorError: ${problem}`));
        await put({ state: 'retiring', retiring_at: new Date() });
        const { keys, published } = await loadKeyRing(db, [master]);
        assert.deepEqual([keys.length, published.length], [1, 2]);
      } finally {
        await put({ ...row, public_jwk: JSON.stringify(row.public_jwk) });
      }
    });
  });
});
