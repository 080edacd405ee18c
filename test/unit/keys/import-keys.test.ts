import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import type { Knex } from 'knex';
import {
  importKeys,
  type KeyFile,
  type KeyParts,
  listKeys,
  loadKeyRing,
  resealKeys,
  rotateKeys,
  turnKeys,
  verifies,
} from '../../../src/keys/index.ts';
import { openTestDatabase } from '../../support/database.ts';
import { DAY, keyParts } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1' = 'pkcs8') =>
  key.export({ format: 'pem', type: type as 'pkcs8' }).toString();
const locked = (key: KeyObject, passphrase: string) =>
  key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase }).toString();

const P256 = ec('P-256');
const RSA = rsa(2048);
const ED = generateKeyPairSync('ed25519').privateKey;

describe('importing keys', () => {
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
    parts = keyParts(db, clock, { algorithms: ['ES256', 'RS256', 'PS256', 'Ed25519', 'ES384'] });
  });

  const bring = (...files: (string | Partial<KeyFile>)[]) =>
    importKeys(
      parts,
      files.map((file, index) => ({
        name: `${index}.pem`,
        text: '',
        ...(typeof file === 'string' ? { text: file } : file),
      })),
    );

  const good: [what: string, file: () => string | Partial<KeyFile>, alg: string][] = [
    ['EC in PKCS#8', () => pem(P256), 'ES256'],
    ['EC in SEC1', () => pem(P256, 'sec1'), 'ES256'],
    ['EC P-384', () => pem(ec('P-384')), 'ES384'],
    ['RSA in PKCS#8', () => pem(RSA), 'RS256'],
    ['RSA in PKCS#1', () => pem(RSA, 'pkcs1'), 'RS256'],
    ['Ed25519', () => pem(ED), 'Ed25519'],
    ['encrypted PKCS#8', () => ({ text: locked(P256, 'open sesame'), passphrase: 'open sesame' }), 'ES256'],
    ['a JWK', () => JSON.stringify(P256.export({ format: 'jwk' })), 'ES256'],
  ];
  for (const [what, file, expected] of good) {
    it(`takes ${what}, names it by its thumbprint, and opens it again`, async () => {
      const [imported] = await bring(file());
      assert.deepEqual([imported?.alg, imported?.state], [expected, 'active']);
      const [key] = (await loadKeyRing(db, parts.masterKeys)).keys;
      assert.equal(key?.kid, await calculateJwkThumbprint(key?.publicJwk ?? {}));
      const data = Buffer.from('something');
      assert.ok(key && verifies(key.alg, key.publicJwk, data, await key.sign(data)));
      assert.equal('d' in (key?.publicJwk ?? {}), false);
    });
  }

  const bad: [what: string, file: () => string | Partial<KeyFile>, problem: RegExp][] = [
    ['a certificate', () => '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', /is a certificate/],
    [
      'a public key',
      () => generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      /is a public key/,
    ],
    ['a public JWK', () => '{"kty":"EC","crv":"P-256","x":"a","y":"b"}', /is a public key/],
    ['RSA of 1,024 bits', () => pem(rsa(1024)), /RSA of 1024 bits: at least 2048/],
    ['a curve nobody signs with', () => pem(ec('secp256k1')), /curve secp256k1/],
    ['a key that agrees, not signs', () => pem(generateKeyPairSync('x25519').privateKey), /kind x25519/],
    [
      'a wrong passphrase',
      () => ({ text: locked(P256, 'right'), passphrase: 'wrong' }),
      /does not open with this passphrase/,
    ],
    ['no passphrase', () => locked(P256, 'right'), /is encrypted: give its passphrase/],
    ['a shared secret', () => '{"kty":"oct","k":"c2VjcmV0"}', /no private key of a kind/],
    ['a set of keys', () => '{"keys":[]}', /set of keys/],
    ['half a file', () => pem(P256).slice(0, 80), /neither a PEM nor a JWK/],
    ['nothing', () => '', /neither a PEM nor a JWK/],
  ];
  for (const [what, file, problem] of bad) {
    it(`refuses ${what}, and what came with it`, async () => {
      await assert.rejects(bring(pem(P256), file()), ({ errors }: AggregateError) => {
        assert.equal(errors.length, 1);
        assert.match(errors[0].message, problem);
        assert.match(errors[0].message, /^1\.pem /);
        return true;
      });
      assert.deepEqual(await listKeys(db), []);
    });
  }

  it('refuses the same key twice, in whatever spelling, and an algorithm that does not sign here', async () => {
    await assert.rejects(bring(pem(P256), pem(P256, 'sec1')), ({ errors }: AggregateError) =>
      /^1\.pem holds the same key as 0\.pem/.test(errors[0].message),
    );
    parts = { ...parts, policy: { ...parts.policy, algorithms: ['ES256', 'RS256'] } };
    await assert.rejects(bring(pem(ED)), ({ errors }: AggregateError) =>
      /signs Ed25519 or EdDSA: add it to signing_keys.algorithms/.test(errors[0].message),
    );
  });

  it('publishes a second key of an algorithm, lets it sign when it is its turn, and knows it again', async () => {
    await bring(pem(P256));
    const [second] = await bring(pem(ec('P-256')));
    assert.equal(second?.state, 'pending');
    assert.deepEqual(
      (await bring(pem(P256))).map(({ state }) => state),
      ['known'],
    );
    clock.advance(30 * DAY);
    await turnKeys({ ...parts, policy: { ...parts.policy, algorithms: ['ES256'] } });
    const active = (await listKeys(db)).find(({ state }) => state === 'active');
    assert.equal(active?.kid, second?.kid);
  });

  it('seals every key with the newest master key, after which the older one opens nothing', async () => {
    await bring(pem(P256), pem(RSA));
    const [old] = parts.masterKeys as [Buffer];
    const newest = randomBytes(32);
    const both = { ...parts, masterKeys: [newest, old] };
    assert.deepEqual(await resealKeys(both), { keys: 2, resealed: 2, broken: [] });
    assert.deepEqual(await resealKeys(both), { keys: 2, resealed: 0, broken: [] });
    assert.equal((await loadKeyRing(db, [newest])).keys.length, 2);
    await assert.rejects(loadKeyRing(db, [old]), /another master key/);
  });

  it('rotates on an operator’s word: publishes first, signs once caches know the key, or at once where they say so', async () => {
    parts = { ...parts, policy: { ...parts.policy, algorithms: ['ES256'] } };
    await turnKeys(parts);
    const first = await rotateKeys(parts);
    assert.deepEqual([first.promoted.length, first.waiting.length], [0, 1]);
    assert.equal(first.waiting[0]?.from.getTime(), clock.now().getTime() + DAY * 1000);
    clock.advance(DAY);
    const second = await rotateKeys(parts);
    assert.deepEqual([second.promoted.map(({ kid }) => kid), second.waiting], [[first.waiting[0]?.key.kid], []]);
    const now = await rotateKeys(parts, { now: true });
    assert.deepEqual([now.promoted.length, now.waiting.length], [1, 0]);
    assert.deepEqual(
      (await listKeys(db)).map(({ state }) => state),
      ['retiring', 'retiring', 'active'],
    );
  });

  it('keeps the kid of a key that somebody named otherwise', async () => {
    const jwk = { ...(await exportJWK(P256)), kid: 'mine', alg: 'ES512' };
    const [imported] = await bring(JSON.stringify(jwk));
    assert.equal(imported?.kid, await calculateJwkThumbprint(jwk));
    assert.equal(imported?.alg, 'ES256');
  });
});
