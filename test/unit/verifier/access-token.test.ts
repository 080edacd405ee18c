import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { CompactSign, exportSPKI, SignJWT } from 'jose';
import { createVerifier, type Verifier } from '../../../src/verifier/index.ts';
import { API, makeKey, TestIssuer } from '../../support/issuer.ts';
import { refused } from '../../support/refusals.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('verifier: an access token', () => {
  const clock = new TestClock();
  let issuer: TestIssuer;
  let verifier: Verifier;

  before(async () => {
    issuer = await TestIssuer.start();
    issuer.now = () => Math.floor(clock.now().getTime() / 1000);
    verifier = createVerifier({ issuer: issuer.url, audience: API, clock });
    await verifier.ready();
  });
  beforeEach(() => {
    issuer.asked = [];
  });
  after(() => issuer.close());

  const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const bodyOf = async (claims = {}) => (await issuer.token({ claims })).split('.')[1] ?? '';

  it('that is good gives its claims, and costs no request', async () => {
    const claims = await verifier.verify(await issuer.token({ claims: { sid: 'S', roles: ['clerk'] } }));
    const { iss, sub, aud, client_id, scope, sid, exp, iat } = claims;
    assert.deepEqual([iss, sub, aud, client_id, scope, sid], [issuer.url, 'ada', API, 'shop', 'orders:read', 'S']);
    assert.equal(exp - iat, 900);
    assert.deepEqual(claims['roles'], ['clerk']);
    assert.deepEqual(issuer.asked, []);
  });

  it('may name its type in full, and be for several APIs', async () => {
    const header = { typ: 'application/AT+JWT' };
    await verifier.verify(await issuer.token({ header, claims: { aud: ['https://other.example', API] } }));
  });

  it('may be for one API of several that are served here', async () => {
    const both = createVerifier({ issuer: issuer.url, audience: [API, 'https://two.example'], clock });
    await both.verify(await issuer.token({ claims: { aud: 'https://two.example' } }));
    await refused(both.verify(await issuer.token({ claims: { aud: 'https://three.example' } })), 'token_claim', 'aud');
  });

  it('is refused when any byte of it was changed', async () => {
    const token = await issuer.token();
    const [head = '', body = '', signature = ''] = token.split('.');
    const flip = (part: string, at: number) => {
      const bytes = Buffer.from(part, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes.toString('base64url');
    };
    for (let at = 0; at < 64; at += 7)
      await refused(verifier.verify(`${head}.${body}.${flip(signature, at)}`), 'token_signature');
    const forged = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'eve' };
    await refused(verifier.verify(`${head}.${base64url(forged)}.${signature}`), 'token_signature');
    for (let at = 0; at < body.length / 2; at += 5) {
      await assert.rejects(verifier.verify(`${head}.${flip(body, at)}.${signature}`), { status: 401 });
    }
    for (let at = 0; at < head.length / 2; at += 5) {
      await assert.rejects(verifier.verify(`${flip(head, at)}.${body}.${signature}`), {
        name: /TokenRefused|Unavailable/,
      });
    }
  });

  it('is refused when it was cut anywhere, or is no token at all', async () => {
    const token = await issuer.token();
    for (let length = 0; length < token.length; length += 13) {
      await assert.rejects(verifier.verify(token.slice(0, length)), { status: 401 }, `${length} characters`);
    }
    const [head, body, signature] = token.split('.');
    const nonsense = [
      '',
      '.',
      '..',
      '...',
      'x',
      `${token}.`,
      `${token}.x`,
      `${head}.${body}.`,
      `${head}..${signature}`,
    ];
    for (const text of [...nonsense, ` ${token}`, `${token}\n`, 'é.é.é', `${base64url([])}.${body}.${signature}`]) {
      await assert.rejects(verifier.verify(text), { status: 401 }, JSON.stringify(text));
    }
    await refused(verifier.verify(undefined as unknown as string), 'token_malformed');
    await refused(verifier.verify({ toString: () => token } as unknown as string), 'token_malformed');
  });

  it('is refused unread when it has more than 16 KiB', async () => {
    const long = await issuer.token({ claims: { padding: 'x'.repeat(100_000) } });
    await refused(verifier.verify(long), 'token_too_large');
    const fits = await issuer.token({ claims: { padding: 'x'.repeat(11_000) } });
    await verifier.verify(fits);
  });

  it('is refused with alg none, however it is written [11]', async () => {
    const body = await bodyOf();
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', undefined]) {
      const head = base64url({ typ: 'at+jwt', kid: issuer.keys[0]?.kid, alg });
      for (const signature of ['', 'AAAA']) {
        await assert.rejects(verifier.verify(`${head}.${body}.${signature}`), { status: 401 }, String(alg));
      }
    }
  });

  it('is refused when the public key was used as a secret [11]', async () => {
    const [key = await makeKey()] = issuer.keys;
    const secrets = [await exportSPKI(key.publicKey), JSON.stringify(key.publicJwk), key.publicJwk.x ?? ''];
    for (const secret of secrets) {
      const token = new CompactSign(Buffer.from(await bodyOf(), 'base64url'))
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })
        .sign(createSecretKey(Buffer.from(secret)));
      await refused(verifier.verify(await token), 'token_algorithm');
    }
  });

  it('is refused with an algorithm that was not agreed on, though its key is published', async () => {
    const rsa = await makeKey('RS256');
    issuer.keys.push(rsa);
    try {
      const options = { issuer: issuer.url, audience: API, clock };
      const token = await issuer.token({ key: rsa });
      await refused(createVerifier(options).verify(token), 'token_algorithm');
      await createVerifier({ ...options, algorithms: ['RS256'] }).verify(token);
      const mixed = await issuer.token({ key: rsa, header: { kid: issuer.keys[0]?.kid } });
      await refused(createVerifier({ ...options, algorithms: ['ES256', 'RS256'] }).verify(mixed), 'token_key_unknown');
    } finally {
      issuer.keys.pop();
    }
  });

  it('is refused when it is of another issuer, or for another API [13]', async () => {
    for (const iss of ['https://evil.example', `${issuer.url}/`, issuer.url.toUpperCase(), undefined, [issuer.url]]) {
      await refused(verifier.verify(await issuer.token({ claims: { iss } })), 'token_claim', 'iss');
    }
    for (const aud of [
      'https://other.example',
      `${API}/`,
      [],
      ['https://other.example'],
      'shop',
      undefined,
      { [API]: 1 },
    ]) {
      await refused(verifier.verify(await issuer.token({ claims: { aud } })), 'token_claim', 'aud');
    }
  });

  it('is refused when it is a JWT of another kind, such as an ID token [13]', async () => {
    for (const typ of [
      undefined,
      'JWT',
      'id_token+jwt',
      'logout+jwt',
      'dpop+jwt',
      'application/jwt',
      'at+jwt; x=1',
      ['at+jwt'],
    ]) {
      await refused(verifier.verify(await issuer.token({ header: { typ } })), 'token_type');
    }
    const idToken = { aud: 'shop', client_id: undefined, scope: undefined, jti: undefined, nonce: 'n' };
    await assert.rejects(verifier.verify(await issuer.token({ claims: idToken, header: { typ: 'JWT' } })), {
      status: 401,
    });
    await refused(verifier.verify(await issuer.token({ claims: idToken })), 'token_claim', 'client_id');
  });

  it('is refused when a claim is missing, or of another kind', async () => {
    for (const claim of ['sub', 'exp', 'iat', 'jti', 'client_id']) {
      for (const value of [undefined, null, {}, ['x'], true]) {
        await refused(verifier.verify(await issuer.token({ claims: { [claim]: value } })), 'token_claim', claim);
      }
    }
    for (const claim of ['sub', 'jti', 'client_id']) {
      for (const value of ['', 7]) {
        await refused(verifier.verify(await issuer.token({ claims: { [claim]: value } })), 'token_claim', claim);
      }
    }
    await refused(verifier.verify(await issuer.token({ claims: { scope: ['orders:read'] } })), 'token_claim', 'scope');
  });

  it('lives from nbf to exp, give or take five seconds', async () => {
    const now = issuer.now();
    await verifier.verify(await issuer.token({ claims: { exp: now - 4, nbf: now + 5 } }));
    await refused(verifier.verify(await issuer.token({ claims: { exp: now - 5 } })), 'token_expired');
    await refused(verifier.verify(await issuer.token({ claims: { nbf: now + 6 } })), 'token_not_yet_valid');
    const strict = createVerifier({ issuer: issuer.url, audience: API, clock, clockTolerance: 0 });
    await refused(strict.verify(await issuer.token({ claims: { exp: now } })), 'token_expired');
    await strict.verify(await issuer.token({ claims: { exp: now + 1, nbf: now } }));
  });

  it('is refused when another issuer’s key signed it, whatever key it names', async () => {
    const other = await makeKey();
    await refused(
      verifier.verify(await issuer.token({ key: other, header: { kid: issuer.keys[0]?.kid } })),
      'token_signature',
    );
    await refused(verifier.verify(await issuer.token({ key: other })), 'token_key_unknown');
  });

  it('is refused without a kid, which costs no request', async () => {
    for (const kid of [undefined, null, 7, ['x'], '']) {
      if (kid === '') await assert.rejects(verifier.verify(await issuer.token({ header: { kid } })), { status: 401 });
      else await refused(verifier.verify(await issuer.token({ header: { kid } })), 'token_key_unknown');
    }
    assert.ok(issuer.fetches <= 1);
  });

  it('is refused when it brings its own key: jku, x5u, jwk and x5c are not looked at [12]', async () => {
    const own = await makeKey();
    const elsewhere = await TestIssuer.start();
    elsewhere.keys = [own];
    const offers = [
      { jwk: own.publicJwk },
      { jku: `${elsewhere.url}/jwks` },
      { x5u: `${elsewhere.url}/jwks` },
      { x5c: ['MIIB'] },
      { jwk: own.publicJwk, kid: issuer.keys[0]?.kid },
      { jku: `${elsewhere.url}/jwks`, kid: issuer.keys[0]?.kid },
    ];
    for (const header of offers) {
      await assert.rejects(
        verifier.verify(await issuer.token({ key: own, header })),
        { status: 401 },
        JSON.stringify(header),
      );
    }
    assert.deepEqual(elsewhere.asked, []);
    await verifier.verify(await issuer.token({ header: offers[0] ?? {} }));
    await elsewhere.close();
  });

  it('is refused with a critical header that nobody here knows', async () => {
    const key = issuer.keys[0] ?? (await makeKey());
    const head = { alg: 'ES256', typ: 'at+jwt', kid: key.kid, crit: ['urn:example:x'], 'urn:example:x': true };
    const token = await new SignJWT({ iss: issuer.url, aud: API })
      .setProtectedHeader(head)
      .sign(key.privateKey, { crit: { 'urn:example:x': true } });
    await refused(verifier.verify(token), 'token_malformed');
  });
});
