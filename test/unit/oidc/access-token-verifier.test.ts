import assert from 'node:assert/strict';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { KeyRing, SigningKey } from '../../../src/keys/index.ts';
import { accessTokenVerifier } from '../../../src/oidc/index.ts';
import { ringOf } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

const issuer = 'https://id.example.com';

async function newKey(kid: string, alg = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, signing: { kid, alg, publicJwk } as SigningKey };
}

describe('the verifier of access tokens', () => {
  const clock = new TestClock();
  let key: Awaited<ReturnType<typeof newKey>>;
  let ring: KeyRing;
  let reads = 0;
  const verify = accessTokenVerifier(
    { issuer, clock, keyRing: () => ring },
    {
      algorithms: ['ES256', 'RS256'],
      requiredClaims: ['exp', 'jti'],
      tolerance: 0,
      read: (payload) => {
        reads += 1;
        if (payload['bad']) throw new Error('bad claims');
        return payload as { readonly exp: number; readonly jti: string };
      },
    },
  );
  before(async () => {
    key = await newKey('key');
  });
  beforeEach(() => {
    ring = ringOf(key.signing);
    reads = 0;
  });

  const token = (claims: object = {}, life = 60) => {
    const iat = Math.floor(clock.now().getTime() / 1000);
    return new SignJWT({ jti: crypto.randomUUID(), iat, exp: iat + life, iss: issuer, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })
      .sign(key.privateKey);
  };

  it('looks at a signature once, however many show it, one after the other or at the same time', async () => {
    const shown = await token({ jti: 'shown' });
    const seen = await Promise.all([verify(shown), verify(shown), verify(shown)]);
    assert.deepEqual(
      [...seen, await verify(shown)].map(({ jti }) => jti),
      Array(4).fill('shown'),
    );
    assert.equal(reads, 1);
  });

  it('[13] refuses one that was good under another signature, other claims or another header', async () => {
    const [good = '', other = ''] = await Promise.all([token(), token()]);
    await Promise.all([verify(good), verify(other)]);
    const [head, body, signature] = good.split('.');
    const [, others, othersSignature] = other.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
    for (const bad of [
      `${head}.${body}.${othersSignature}`,
      `${head}.${others}.${signature}`,
      `${none}.${body}.`,
      `${head}.${body}.`,
      `${good}A`,
      good.slice(0, -1),
    ])
      await assert.rejects(verify(bad), bad);
    assert.ok(await verify(good));
  });

  it('refuses what has expired since, to the second', async () => {
    const short = await token({}, 30);
    await verify(short);
    clock.advance(29);
    assert.ok(await verify(short));
    clock.advance(1);
    await assert.rejects(verify(short), { code: 'ERR_JWT_EXPIRED' });
  });

  it('refuses what was good by keys that are there no more, and takes it again when they are back', async () => {
    const signed = await token();
    const before = ring;
    await verify(signed);
    ring = ringOf((await newKey('key')).signing);
    await assert.rejects(verify(signed), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    ring = ringOf();
    await assert.rejects(verify(signed), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
    ring = before;
    assert.ok(await verify(signed));
  });

  it('remembers nothing of what it refused', async () => {
    const bad = await token({ bad: true });
    for (let time = 1; time <= 2; time += 1) {
      const both = await Promise.allSettled([verify(bad), verify(bad)]);
      assert.deepEqual([both.map(({ status }) => status), reads], [['rejected', 'rejected'], time]);
    }
  });
});
