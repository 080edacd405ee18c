import assert from 'node:assert/strict';
import { SignJWT } from 'jose';
import type { KeyRing } from '../../../src/keys/index.ts';
import { accessTokenVerifier, type Expected } from '../../../src/oidc/access-token-verifier.ts';
import { newKey, ringOf } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

const issuer = 'https://id.example.com';

describe('the verifier of access tokens', () => {
  const clock = new TestClock();
  let key: Awaited<ReturnType<typeof newKey>>;
  let ring: KeyRing;
  let reads = 0;
  type Claims = { readonly exp: number; readonly jti: string; readonly cnf?: { jkt?: string } };
  const expected: Expected<Claims> = {
    algorithms: ['ES256', 'RS256'],
    audience: undefined,
    requiredClaims: ['exp', 'jti'],
    tolerance: 0,
    read: (payload) => {
      reads += 1;
      if (payload['bad']) throw new Error('bad claims');
      return payload as unknown as Claims;
    },
  };
  const verifier = (more: Partial<Expected<Claims>> = {}) =>
    accessTokenVerifier({ issuer, clock, keyRing: () => ring }, { ...expected, ...more });
  const verify = verifier();
  before(async () => {
    key = await newKey('key');
  });
  beforeEach(() => {
    ring = ringOf(key.signing);
    reads = 0;
  });

  const token = (claims: object = {}, header: object = {}) => {
    const iat = Math.floor(clock.now().getTime() / 1000);
    return new SignJWT({ jti: crypto.randomUUID(), iat, exp: iat + 60, iss: issuer, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
      .sign(key.privateKey);
  };

  it('reads a token once, however many show it, one after the other or at the same time', async () => {
    const shown = await token({ jti: 'shown' });
    const seen = await Promise.all([verify(shown), verify(shown), verify(shown)]);
    assert.deepEqual(
      [...seen, await verify(shown)].map(({ jti }) => jti),
      Array(4).fill('shown'),
    );
    assert.equal(reads, 1);
  });

  it('refuses one that was good under another signature, other claims or another header', async () => {
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

  it('refuses another issuer, type, audience, and claims that are missing', async () => {
    const forApi = verifier({ audience: 'https://api.example.com' });
    const good = await token({ aud: 'https://api.example.com' });
    // Whoever takes any audience has seen it: that is no word to those who want one.
    assert.ok((await verify(good)) && (await forApi(good)));
    const elsewhere = await token({ aud: 'https://other.example.com' });
    await verify(elsewhere);
    await assert.rejects(forApi(elsewhere), { claim: 'aud' });
    await assert.rejects(verify(await token({ iss: 'https://other.example.com' })), { claim: 'iss' });
    await assert.rejects(verify(await token({}, { typ: 'JWT' })), { claim: 'typ' });
    await assert.rejects(verify(await token({ jti: undefined })), { claim: 'jti' });
    await assert.rejects(verifier({ algorithms: ['RS256'] })(good), { code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });

  it('refuses what has expired since, to the second, and by its tolerance', async () => {
    const [signed, patient] = [await token(), verifier({ tolerance: 5 })];
    await Promise.all([verify(signed), patient(signed)]);
    clock.advance(59);
    assert.ok(await verify(signed));
    clock.advance(1);
    await assert.rejects(verify(signed), { code: 'ERR_JWT_EXPIRED' });
    clock.advance(4);
    assert.ok(await patient(signed));
    clock.advance(1);
    await assert.rejects(patient(signed), { code: 'ERR_JWT_EXPIRED' });
  });

  it('hands out claims that nobody can change for others', async () => {
    const claims = await verify(await token({ cnf: { jkt: 'a key' } }));
    assert.throws(() => Object.assign(claims, { exp: 0 }), TypeError);
    assert.throws(() => Object.assign(claims.cnf ?? {}, { jkt: 'another' }), TypeError);
  });

  it('refuses what was good by keys that are there no more, and takes it again when they are back', async () => {
    const signed = await token();
    const whole = ring;
    await verify(signed);
    ring = ringOf((await newKey('key')).signing);
    await assert.rejects(verify(signed), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    ring = ringOf();
    await assert.rejects(verify(signed), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
    ring = whole;
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
