import assert from 'node:assert/strict';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Api, type ApiAnswer, bearer, firstPartyDeclaration } from '../../support/api.ts';
import { SECRET } from '../../support/declaration.ts';
import { DpopKey, ProvingParty } from '../../support/dpop.ts';
import { closePair, nodeOf, type Pair, startPair } from '../../support/pair.ts';
import { sendRawHeaders } from '../../support/raw.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import type { TestServer } from '../../support/server.ts';

const refused = ({ status, body }: ApiAnswer) => [status, body['code']];
const challengeOf = ({ headers }: ApiAnswer) => headers.get('www-authenticate') ?? '';

describe('/v1 with a token that is bound to a key', () => {
  let pair: Pair;
  let issuer: string;
  let api: Api;
  let key: DpopKey;
  let token: string;
  let other: string;
  let url: string;

  before(async () => {
    pair = await startPair({}, { yaml: firstPartyDeclaration });
    [{ issuer }] = pair;
    api = new Api(issuer);
    url = `${issuer}/v1/me`;
    key = await DpopKey.create();
    const request = { client_id: 'app', scope: 'openid', resource: `${issuer}/v1` };
    const newToken = async () =>
      (await obtainTokens(new ProvingParty(issuer, key), request)).tokens['access_token'] ?? '';
    [token, other] = [await newToken(), await newToken()];
  });
  after(() => closePair(pair));

  const me = (headers: Record<string, string>) => api.call('GET', '/v1/me', { headers });
  const show = (dpop: string, scheme = 'DPoP') => me({ authorization: `${scheme} ${token}`, dpop });
  const proof = (bent: Partial<Parameters<DpopKey['proof']>[0]> = {}, by = key) =>
    by.proof({ method: 'GET', url, accessToken: token, ...bent });
  const now = () => Math.floor(Date.now() / 1000);

  it('[23] takes it with a proof, whatever the scheme’s case, and with an address that has a query', async () => {
    assert.equal((await show(await proof())).status, 200);
    assert.equal((await show(await proof(), 'dpop')).status, 200);
    assert.equal((await show(await proof({ url: `${url}?a=b#c` }))).status, 200);
  });

  it('[23] refuses it without: as a bearer token it is none', async () => {
    for (const headers of [bearer(token), { ...bearer(token), dpop: await proof() }]) {
      const answer = await me(headers);
      assert.deepEqual(refused(answer), [401, 'invalid_token']);
      assert.match(challengeOf(answer), /^DPoP realm="[^"]+", error="invalid_token", .*algs="ES256 Ed25519 EdDSA"$/);
    }
    assert.deepEqual(refused(await me({ authorization: `DPoP ${token}` })), [401, 'invalid_dpop_proof']);
  });

  it('[23] refuses it with another’s proof', async () => {
    const thief = await DpopKey.create();
    assert.deepEqual(refused(await show(await proof({}, thief))), [401, 'invalid_token']);
  });

  it('[23] refuses a proof that is not for this request', async () => {
    for (const [what, bent] of Object.entries({
      'another method': { method: 'POST' },
      'another path': { url: `${issuer}/v1/keys` },
      'another host': { url: 'https://evil.example/v1/me' },
      'no address': { claims: { htu: undefined } },
      'an address that is none': { claims: { htu: 'me' } },
      'another token': { accessToken: other },
      'no token': { claims: { ath: undefined } },
      'the token itself': { claims: { ath: token } },
      'no jti': { claims: { jti: undefined } },
      'a jti that is no text': { claims: { jti: 5 } },
      'a long jti': { claims: { jti: 'x'.repeat(513) } },
      'no time': { claims: { iat: undefined } },
      'a time that is text': { claims: { iat: String(now()) } },
      'an end that has passed': { claims: { exp: now() - 1 } },
      'another type': { header: { typ: 'JWT' } },
      'no type': { header: { typ: undefined } },
    })) {
      const answer = await show(await proof(bent));
      assert.deepEqual(refused(answer), [401, 'invalid_dpop_proof'], what);
      assert.match(challengeOf(answer), /^DPoP realm="[^"]+", error="invalid_dpop_proof", error_description="/, what);
    }
  });

  it('[12] verifies a proof by its own public key, and by nothing else that it names', async () => {
    const thief = await DpopKey.create();
    const { d } = (await crypto.subtle.exportKey('jwk', key.privateKey)) as { d: string };
    const header = { alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } };
    const claims = { htm: 'GET', htu: url, iat: now(), jti: 'x' };
    for (const [what, bad] of Object.entries({
      'a private key': await proof({ header: { jwk: { ...key.jwk, d } } }),
      'no key': await proof({ header: { jwk: undefined } }),
      'a key that did not sign': await proof({ header: { jwk: thief.jwk } }),
      'an address of keys': await proof({ header: { jwk: undefined, jku: `${issuer}/.well-known/jwks.json` } }, thief),
      'a symmetric key': await new SignJWT(claims).setProtectedHeader(header).sign(Buffer.from('secret')),
      'no signature': new UnsecuredJWT(claims).encode(),
      'an RSA key': await proof({}, await DpopKey.create('RS256')),
      'one changed letter': (await proof()).replace(/.$/, (letter) => (letter === 'A' ? 'Q' : 'A')),
      'no JWT': 'proof',
      'two proofs': `${await proof()}, ${await proof()}`,
      '10 KB': 'e'.repeat(10_240),
    })) {
      assert.deepEqual(refused(await show(bad)), [401, 'invalid_dpop_proof'], what);
    }
  });

  it('[25] holds a proof against ISSUER, not against what the request calls us', async () => {
    const call = async (dpop: string) => {
      const evil = ['host', 'evil.example', 'x-forwarded-host', 'evil.example'];
      const headers = [...evil, 'authorization', `DPoP ${token}`, 'dpop', dpop];
      return (await sendRawHeaders(`${nodeOf(pair[0])}/v1/me`, { headers })).status;
    };
    assert.equal(await call(await proof({ url: 'http://evil.example/v1/me' })), 401);
    assert.equal(await call(await proof()), 200);
  });

  it('[23] refuses a replay; of 50 at once, on two nodes, one is answered', async () => {
    const once = await proof();
    assert.equal((await show(once)).status, 200);
    const again = await show(once);
    assert.deepEqual(refused(again), [401, 'invalid_dpop_proof']);
    assert.match(challengeOf(again), /shown before/);
    const headers = { authorization: `DPoP ${token}`, dpop: await proof() };
    const nodes = Array.from({ length: 50 }, (_, index) => nodeOf(pair[index % 2] as TestServer));
    const answers = await Promise.all(nodes.map((node) => fetch(`${node}/v1/me`, { headers })));
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [200, ...Array(49).fill(401)]);
  });

  it('a proof that was refused for another reason is not used up', async () => {
    const dpop = await proof();
    assert.deepEqual(refused(await me({ authorization: `DPoP ${other}`, dpop })), [401, 'invalid_dpop_proof']);
    assert.equal((await show(dpop)).status, 200);
  });

  it('takes the token endpoint’s nonces where a clock is wrong, and hands out such as are good there', async () => {
    const late = { claims: { iat: now() - 301 } };
    const refresh = async (nonce?: string) => {
      const dpop = await key.proof({ url: `${issuer}/oauth2/token`, nonce, ...late });
      const parameters = { grant_type: 'refresh_token', refresh_token: 'x' };
      return new RelyingParty(issuer).post('/oauth2/token', parameters, { id: 'app' }, { dpop });
    };
    const asked = await refresh();
    assert.equal(asked.body.error, 'use_dpop_nonce');
    const nonce = asked.headers.get('dpop-nonce') ?? '';
    const refusedOnce = await show(await proof(late));
    assert.deepEqual(refused(refusedOnce), [401, 'use_dpop_nonce']);
    assert.match(challengeOf(refusedOnce), /^DPoP .*error="use_dpop_nonce"/);
    const { body } = await refresh(refusedOnce.headers.get('dpop-nonce') ?? '');
    assert.equal(body.error, 'invalid_grant', 'the nonce is good, the token is none');
    assert.equal((await show(await proof({ ...late, nonce }))).status, 200);
    const early = await show(await proof({ claims: { iat: now() + 310 } }));
    assert.deepEqual(refused(early), [401, 'use_dpop_nonce']);
    for (const bad of ['', 'x', nonce.slice(1)]) {
      assert.deepEqual(refused(await show(await proof({ nonce: bad }))), [401, 'use_dpop_nonce']);
    }
  });

  it('takes an unbound token as a bearer’s, and not with a proof that says nothing of it', async () => {
    const request = { client_id: 'app', scope: 'openid', resource: `${issuer}/v1` };
    const { tokens } = await obtainTokens(new RelyingParty(issuer), request);
    const { access_token: plain = '' } = tokens;
    assert.equal((await me(bearer(plain))).status, 200);
    assert.deepEqual(refused(await me(await key.headers(plain, url))), [401, 'invalid_token']);
  });

  it('offers both schemes to who shows nothing, and speaks the one that was tried', async () => {
    assert.equal(
      challengeOf(await me({})),
      `Bearer realm="${issuer}", DPoP realm="${issuer}", algs="ES256 Ed25519 EdDSA"`,
    );
    assert.match(challengeOf(await me({ authorization: 'DPoP x', dpop: await proof() })), /^DPoP .*invalid_token/);
    assert.match(challengeOf(await me(bearer('x'))), /^Bearer .*invalid_token/);
    const elsewhere = `${issuer}/v1/keys`;
    const machine = { grant_type: 'client_credentials', resource: `${issuer}/v1`, scope: 'candidates:read' };
    const { body } = await new ProvingParty(issuer, key).token(machine, { id: 'service', secret: SECRET });
    const answer = await api.call('GET', '/v1/keys', { headers: await key.headers(body.access_token, elsewhere) });
    assert.deepEqual(refused(answer), [403, 'insufficient_scope']);
    assert.match(challengeOf(answer), /^DPoP .*error="insufficient_scope".*scope="keys:read"/);
  });

  it('is taken from a first-party backend, too', async () => {
    const machine = { grant_type: 'client_credentials', resource: `${issuer}/v1` };
    const { body } = await new ProvingParty(issuer, key).token(machine, { id: 'backend', secret: SECRET });
    const address = `${issuer}/v1/accounts/verification`;
    const ask = { email: 'ada@example.com' };
    const proven = await key.headers(body.access_token, address, 'POST');
    assert.equal((await api.post('/v1/accounts/verification', ask, proven)).status, 202);
    assert.equal((await api.post('/v1/accounts/verification', ask, bearer(body.access_token))).status, 401);
  });

  it('can be used by a page of its client, which may read why a proof was refused', async () => {
    const origin = 'https://app.example';
    const asked = await fetch(url, { method: 'OPTIONS', headers: { origin } });
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /\bDPoP\b/);
    const late = await proof({ claims: { iat: 1 } });
    const answer = await me({ origin, authorization: `DPoP ${token}`, dpop: late });
    assert.deepEqual(refused(answer), [401, 'use_dpop_nonce']);
    assert.equal(answer.headers.get('access-control-allow-origin'), origin);
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /DPoP-Nonce/);
  });
});
