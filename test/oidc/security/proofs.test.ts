import assert from 'node:assert/strict';
import { SignJWT, UnsecuredJWT } from 'jose';
import { SECRET } from '../../support/declaration.ts';
import { DpopKey, type ProofOf, ProvingParty } from '../../support/dpop.ts';
import { sendRawHeaders } from '../../support/raw.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const MACHINE = { grant_type: 'client_credentials', scope: 'orders:read', resource: 'https://api.example.com' };
const service = { id: 'service', secret: SECRET };

/** What makes a proof one for another request, or for none. */
const BENT: Readonly<Record<string, Partial<ProofOf>>> = {
  'another method': { method: 'PUT' },
  'another address': { url: 'https://evil.example/oauth2/token' },
  'no address': { claims: { htu: undefined } },
  'no method': { claims: { htm: undefined } },
  'no jti': { claims: { jti: undefined } },
  'a jti that is no text': { claims: { jti: 5 } },
  'no time': { claims: { iat: undefined } },
  'an end that has passed': { claims: { exp: 1 } },
  'another type': { header: { typ: 'JWT' } },
  'no type': { header: { typ: undefined } },
};

describe('proofs of possession', () => {
  let server: TestServer;
  let key: DpopKey;
  let thief: DpopKey;
  let party: ProvingParty;
  let tokenUrl: string;
  let userinfo: string;

  before(async () => {
    server = await startServer();
    [key, thief] = [await DpopKey.create(), await DpopKey.create()];
    party = new ProvingParty(server.issuer, key);
    tokenUrl = `${server.issuer}/oauth2/token`;
    userinfo = `${server.issuer}/oauth2/userinfo`;
  });
  after(() => server.close());

  const ask = async (dpop: string) => {
    const { status, body } = await party.post('/oauth2/token', MACHINE, service, { dpop });
    return [status, body.error];
  };
  /** What UserInfo answers, and how it challenges. */
  const show = async (headers: Record<string, string>) => {
    const answer = await fetch(userinfo, { headers });
    const { error } = (await answer.json()) as { error?: string };
    return { told: [answer.status, error], challenge: answer.headers.get('www-authenticate') ?? '' };
  };
  const newTokens = async () => (await obtainTokens(party, { client_id: 'web', scope: 'openid email' })).tokens;

  it('[12] a proof is verified by its own public key, and by nothing else that it names', async () => {
    const { d } = (await crypto.subtle.exportKey('jwk', key.privateKey)) as { d: string };
    const claims = { htm: 'POST', htu: tokenUrl, iat: Math.floor(Date.now() / 1000), jti: 'x' };
    const bend = (header: Record<string, unknown>, by = key) => by.proof({ url: tokenUrl, header });
    const elsewhere = { jku: `${server.issuer}/.well-known/jwks.json`, x5u: 'https://evil.example/x', kid: 'x' };
    const symmetric = { alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } };
    for (const [what, bad] of Object.entries({
      'a private key': await bend({ jwk: { ...key.jwk, d } }),
      'no key': await bend({ jwk: undefined }),
      'a key that did not sign': await bend({ jwk: thief.jwk }),
      'a key at an address': await bend({ jwk: undefined, ...elsewhere }),
      'a symmetric key': await new SignJWT(claims).setProtectedHeader(symmetric).sign(Buffer.from('secret')),
      'a public key as a secret': await new SignJWT(claims)
        .setProtectedHeader({ ...symmetric, jwk: key.jwk })
        .sign(Buffer.from(JSON.stringify(key.jwk))),
      'no signature': new UnsecuredJWT(claims).encode(),
      'an RSA key': await (await DpopKey.create('RS256')).proof({ url: tokenUrl }),
      'no JWT': 'proof',
      'two proofs': `${await bend({})}, ${await bend({})}`,
    })) {
      assert.deepEqual(await ask(bad), [400, 'invalid_dpop_proof'], what);
    }
    const honest = await bend({ ...elsewhere, x5c: ['AAAA'] });
    assert.deepEqual(await ask(honest), [200, undefined], 'what is named beside the key is not looked at');
    assert.equal((await ask(await bend({ pad: 'x'.repeat(20_000) })))[0], 431, 'a header has 16 KiB at most');
  });

  it('[23] at the token endpoint, a proof that is not for this request gets nothing', async () => {
    for (const [what, bent] of Object.entries(BENT)) {
      assert.deepEqual(await ask(await key.proof({ url: tokenUrl, ...bent })), [400, 'invalid_dpop_proof'], what);
    }
  });

  it('[23] a refresh without the proof fails, and uses nothing up', async () => {
    const { refresh_token = '' } = await newTokens();
    const parameters = { grant_type: 'refresh_token', refresh_token };
    const web = { id: 'web' };
    const plain = await new RelyingParty(server.issuer).token(parameters, web);
    const stolen = await new ProvingParty(server.issuer, thief).token(parameters, web);
    for (const { status, body } of [plain, stolen]) assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    assert.equal((await party.token(parameters, web)).status, 200);
  });

  it('[23] at UserInfo, a bound token fails without its proof', async () => {
    const { access_token: token = '' } = await newTokens();
    const plain = await show({ authorization: `Bearer ${token}` });
    assert.deepEqual(plain.told, [401, 'invalid_token']);
    assert.match(plain.challenge, /^DPoP .*error="invalid_token"/);
    const stolen = await show(await thief.headers(token, userinfo));
    assert.deepEqual(stolen.told, [401, 'invalid_token']);
    assert.deepEqual((await show({ authorization: `DPoP ${token}` })).told, [400, 'invalid_request']);
    const { access_token: other = '' } = await newTokens();
    const proof = (bent: Partial<ProofOf>) => key.proof({ method: 'GET', url: userinfo, accessToken: token, ...bent });
    for (const [what, bent] of Object.entries({
      ...BENT,
      'another token': { accessToken: other },
      'no token': { accessToken: undefined },
    })) {
      const { told, challenge } = await show({ authorization: `DPoP ${token}`, dpop: await proof(bent) });
      assert.deepEqual(told, [401, 'invalid_dpop_proof'], what);
      assert.match(challenge, /^DPoP .*error="invalid_dpop_proof".*algs="ES256 Ed25519 EdDSA"/);
    }
    assert.deepEqual((await show(await key.headers(token, userinfo))).told, [200, undefined]);
  });

  it('[23] a token that is bound to nothing is not taken with a proof', async () => {
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), { client_id: 'web', scope: 'openid' });
    const { told } = await show(await key.headers(tokens['access_token'] ?? '', userinfo));
    assert.deepEqual(told, [401, 'invalid_token']);
  });

  it('[23] introspection tells an API which key to ask for', async () => {
    const { access_token: opaque = '' } = await newTokens();
    const { body: jwt } = await party.token(MACHINE, service);
    for (const token of [opaque, jwt.access_token]) {
      const { body } = await new RelyingParty(server.issuer).post('/oauth2/introspect', { token }, service);
      assert.deepEqual([body.active, body.token_type, body.cnf], [true, 'DPoP', { jkt: key.jkt }]);
    }
  });

  it('[25] holds a proof against ISSUER, not against what the request calls us', async () => {
    const { access_token: token = '' } = await newTokens();
    const call = async (url: string) => {
      const dpop = await key.proof({ method: 'GET', url, accessToken: token });
      const evil = ['host', 'evil.example', 'x-forwarded-host', 'evil.example', 'forwarded', 'host=evil.example'];
      const headers = [...evil, 'authorization', `DPoP ${token}`, 'dpop', dpop];
      return (await sendRawHeaders(userinfo, { headers })).status;
    };
    assert.equal(await call('http://evil.example/oauth2/userinfo'), 401);
    assert.equal(await call(userinfo), 200);
  });
});
