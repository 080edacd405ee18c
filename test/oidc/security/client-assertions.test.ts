import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { AssertionKey, asserted } from '../../support/client-assertion.ts';
import { SECRET } from '../../support/declaration.ts';
import { DpopKey, ProvingParty } from '../../support/dpop.ts';
import { closePair, nodeOf, type Pair, startPair } from '../../support/pair.ts';
import { RelyingParty } from '../../support/relying-party.ts';

const REFUSED = [401, 'invalid_client'];

describe('client assertions', () => {
  let pair: Pair;
  let issuer: string;
  let parties: RelyingParty[];
  let key: AssertionKey;
  let rsa: AssertionKey;
  let neighbour: AssertionKey;
  let stranger: AssertionKey;
  let machine: Record<string, string>;

  before(async () => {
    [key, rsa, neighbour, stranger] = await Promise.all([
      AssertionKey.create('one'),
      AssertionKey.create('rsa', 'RS256'),
      AssertionKey.create('two'),
      AssertionKey.create('one'),
    ]);
    const client = (id: string, keys: AssertionKey[], more = '') => `
  - client_id: ${id}
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials, authorization_code]
    redirect_uris: [https://app.example/callback]
    scope: candidates:read
    jwks: { keys: ${JSON.stringify(keys.map(({ publicJwk }) => publicJwk))} }
    ${more}`;
    const yaml = `clients:
  - client_id: keeper
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: candidates:read${client('signer', [key, rsa])}${client('neighbour', [neighbour])}${client(
      'pinned',
      [key, rsa],
      'token_endpoint_auth_signing_alg: ES256',
    )}`;
    pair = await startPair({}, { yaml });
    [{ issuer }] = pair;
    parties = pair.map((server) => new RelyingParty(nodeOf(server)));
    machine = { grant_type: 'client_credentials', scope: 'candidates:read', resource: `${issuer}/v1` };
  });
  after(() => closePair(pair));

  const ask = async (assertion: string, { client = 'signer', node = 0, more = {} } = {}) => {
    const { status, body } = await (parties[node] as RelyingParty).token(
      { ...machine, ...asserted(assertion), ...more },
      { id: client },
    );
    return [status, body.error];
  };
  const sign = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, by = key) =>
    by.assertion('signer', issuer, claims, header);
  const now = () => Math.floor(Date.now() / 1000);

  it('[11] are for the issuer or the token endpoint, and at another endpoint for that', async () => {
    for (const aud of [issuer, `${issuer}/oauth2/token`, ['https://other.example', issuer]]) {
      assert.deepEqual(await ask(await sign({ aud })), [200, undefined]);
    }
    const push = async (aud: string) => {
      const { status } = await (parties[0] as RelyingParty).post(
        '/oauth2/par',
        {
          ...Object.fromEntries(new URL(new RelyingParty(issuer).authorizeUrl({ client_id: 'signer' })).searchParams),
          scope: 'candidates:read',
          ...asserted(await sign({ aud })),
        },
        { id: 'signer' },
      );
      return status;
    };
    assert.deepEqual([await push(`${issuer}/oauth2/par`), await push(`${issuer}/oauth2/revoke`)], [201, 401]);
  });

  it('[11] are refused that are for another, by another, or of no time', async () => {
    for (const [what, claims] of Object.entries({
      'another audience': { aud: 'https://other.example' },
      'an audience like ours': { aud: `${issuer}/` },
      'an audience of another case': { aud: issuer.toUpperCase() },
      'audiences without us': { aud: ['https://other.example', `${issuer}.evil.example`] },
      'no audience': { aud: undefined },
      'another issuer': { iss: 'neighbour' },
      'no issuer': { iss: undefined },
      'no jti': { jti: undefined },
      'no expiry': { exp: undefined },
      'an expiry that has passed': { exp: now() - 6 },
      'an expiry that is text': { exp: String(now() + 60) },
      'an expiry in a year': { exp: now() + 365 * 86_400 },
      'a beginning that is to come': { nbf: now() + 60 },
    })) {
      assert.deepEqual(await ask(await sign(claims)), REFUSED, what);
    }
    const [status, error] = await ask(await sign({ sub: 'neighbour' }));
    assert.deepEqual([status, error], [400, 'invalid_request'], 'another subject than client_id');
    assert.deepEqual(await ask(await sign({ sub: 'neighbour' }), { client: 'neighbour' }), REFUSED);
  });

  it('[11] are refused that the client’s own key did not sign, by the algorithm it is for', async () => {
    const claims = { iss: 'signer', sub: 'signer', aud: issuer, exp: now() + 60, jti: 'x' };
    const pem = createPublicKey({ key: rsa.publicJwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
    const hmac = (secret: string, kid: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(Buffer.from(secret));
    for (const [what, bad] of Object.entries({
      'no signature': new UnsecuredJWT(claims).encode(),
      'a public key as a secret': await hmac(String(pem), 'rsa'),
      'a JWK as a secret': await hmac(JSON.stringify(key.publicJwk), 'one'),
      'another’s key under our kid': await sign({}, {}, stranger),
      'a neighbour’s key': await sign({}, {}, neighbour),
      'a key in its header': await sign({}, { jwk: stranger.publicJwk, kid: undefined }, stranger),
      'an address of keys': await sign(
        {},
        { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x' },
        stranger,
      ),
      'a kid we do not know': await sign({}, { kid: 'three' }),
      'an RSA key’s signature under the EC key’s kid': await sign({}, { kid: 'one' }, rsa),
      'one changed letter': (await sign()).replace(/\.(.)/, (_, letter) => `.${letter === 'e' ? 'f' : 'e'}`),
    })) {
      const [status, error] = await ask(bad);
      assert.ok(status === 401 || status === 400, `${what}: ${status}`);
      assert.match(String(error), /invalid_(client|request)/, what);
    }
    assert.deepEqual(await ask(await sign({}, { jku: 'https://evil.example/jwks' })), [200, undefined]);
    assert.deepEqual(await ask(await sign({}, {}, rsa)), [200, undefined]);
    const pinned = (by: AssertionKey) => by.assertion('pinned', issuer);
    assert.deepEqual(await ask(await pinned(rsa), { client: 'pinned' }), REFUSED, 'another algorithm than registered');
    assert.deepEqual(await ask(await pinned(key), { client: 'pinned' }), [200, undefined]);
  });

  it('[11] are refused the second time, on another node too, also when both come at once', async () => {
    const one = await sign();
    assert.deepEqual(await ask(one), [200, undefined]);
    assert.deepEqual(await ask(one), REFUSED);
    assert.deepEqual(await ask(one, { node: 1 }), REFUSED);
    const raced = await sign();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(raced, { node: index % 2 })));
    assert.deepEqual(answers.toSorted(), [[200, undefined], ...Array(49).fill(REFUSED)]);
  });

  it('[11] are refused the second time at every endpoint, whatever would have been answered', async () => {
    const party = parties[0] as RelyingParty;
    for (const [path, parameters] of [
      ['/oauth2/introspect', { token: 'x' }],
      ['/oauth2/revoke', { token: 'x' }],
      ['/oauth2/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://app.example/callback' }],
    ] as const) {
      const form = { ...parameters, ...asserted(await sign()) };
      const first = await party.post(path, form, { id: 'signer' });
      assert.notEqual(first.status, 401, path);
      const { status, body } = await party.post(path, form, { id: 'signer' });
      assert.deepEqual([status, body.error], REFUSED, path);
    }
  });

  it('[11] are told apart from a DPoP proof that was shown before', async () => {
    const dpopKey = await DpopKey.create();
    const party = new ProvingParty(issuer, dpopKey, nodeOf(pair[0]));
    const send = async (assertion: string, dpop: string) => {
      const form = { ...machine, ...asserted(assertion) };
      const { status, body } = await party.post('/oauth2/token', form, { id: 'signer' }, { dpop });
      return [status, body.error];
    };
    const newProof = (claims = {}) => dpopKey.proof({ url: `${issuer}/oauth2/token`, claims });
    const [assertion, proof] = [await sign(), await newProof()];
    assert.deepEqual(await send(assertion, proof), [200, undefined]);
    assert.deepEqual(await send(await sign(), proof), [400, 'invalid_dpop_proof']);
    assert.deepEqual(await send(assertion, await newProof()), REFUSED);
    assert.deepEqual(await send(assertion, proof), REFUSED);
    const alike = await sign({ jti: 'the same' });
    assert.deepEqual(await send(alike, await newProof({ jti: 'the same' })), [200, undefined]);
    assert.deepEqual(await send(alike, await newProof()), REFUSED);
  });

  it('[11] are refused that are too large, cut, or sent with a secret', async () => {
    const large = await sign({ pad: 'x'.repeat(100_000) });
    assert.deepEqual(await ask(large), [400, 'invalid_request']);
    for (const cut of [
      '',
      'x',
      '.',
      '..',
      (await sign()).slice(0, -10),
      (await sign()).split('.').slice(0, 2).join('.'),
    ]) {
      const [status] = await ask(cut);
      assert.ok(status === 400 || status === 401, cut);
    }
    assert.deepEqual(await ask(await sign(), { more: { client_secret: SECRET } }), [400, 'invalid_request']);
    const other = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' };
    assert.deepEqual(await ask(await sign(), { more: other }), [400, 'invalid_request']);
  });

  it('[11] signed with a secret are no way in: secrets are kept as hashes', async () => {
    const signed = await new SignJWT({ jti: 'x' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('keeper')
      .setSubject('keeper')
      .setAudience(issuer)
      .setExpirationTime('1m')
      .sign(Buffer.from(SECRET));
    assert.deepEqual(await ask(signed, { client: 'keeper' }), REFUSED);
    const document = (await (await fetch(`${nodeOf(pair[0])}/.well-known/openid-configuration`)).json()) as Record<
      string,
      string[]
    >;
    const methods = document['token_endpoint_auth_methods_supported'] ?? [];
    assert.ok(methods.includes('private_key_jwt') && !methods.includes('client_secret_jwt'));
    const algorithms = document['token_endpoint_auth_signing_alg_values_supported'] ?? [];
    assert.deepEqual(
      algorithms.filter((alg) => alg.startsWith('HS')),
      [],
    );
  });
});
