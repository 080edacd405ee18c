import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { startServer, type TestServer } from '../../support/server.ts';

interface Pair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function newPair(alg: string, kid: string): Promise<Pair> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg } };
}

describe('private_key_jwt', () => {
  let server: TestServer;
  let es256: Pair;
  let rs256: Pair;
  let stranger: Pair;
  /** What the server has asked other servers for. */
  const asked: string[] = [];
  before(async () => {
    [es256, rs256, stranger] = await Promise.all([
      newPair('ES256', 'one'),
      newPair('RS256', 'two'),
      newPair('ES256', 'one'),
    ]);
    const client = (id: string, ...keys: JWK[]) => `
  - client_id: ${id}
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials]
    scope: candidates:read
    jwks: { keys: ${JSON.stringify(keys)} }`;
    const yaml = `clients:${client('signer', es256.jwk, rs256.jwk)}${client('other', stranger.jwk)}\n`;
    const fetch = async (url: unknown) => {
      asked.push(String(url));
      return Response.json({ keys: [stranger.jwk] });
    };
    server = await startServer({ yaml, fetch: fetch as never });
  });
  after(() => server.close());

  let assertions = 0;
  const now = () => Math.floor(Date.now() / 1000);
  const claims = () => {
    assertions += 1;
    return { iss: 'signer', sub: 'signer', aud: server.issuer, jti: `jti-${assertions}`, iat: now(), exp: now() + 60 };
  };
  const assertion = (changes: object = {}, header: object = {}, { privateKey }: Pair = es256) =>
    new SignJWT({ ...claims(), ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
      .sign(privateKey);

  const token = async (client_assertion: string) => {
    const answer = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'candidates:read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      }),
    });
    return [answer.status, ((await answer.json()) as { error?: string }).error] as const;
  };

  it('signs a client in, with each of its keys', async () => {
    assert.deepEqual(await token(await assertion()), [200, undefined]);
    assert.deepEqual(await token(await assertion({}, { alg: 'RS256', kid: 'two' }, rs256)), [200, undefined]);
    assert.deepEqual(await token(await assertion({ aud: `${server.issuer}/oauth2/token` })), [200, undefined]);
  });

  it('[11] takes each assertion once, however long it would live', async () => {
    const once = await assertion();
    assert.deepEqual(await token(once), [200, undefined]);
    assert.deepEqual(await token(once), [401, 'invalid_client']);
    const again = await assertion({ jti: `jti-${assertions}`, exp: now() + 120 });
    assert.deepEqual(await token(again), [401, 'invalid_client'], 'another assertion of the same jti');
  });

  it('[11] of twenty uses of one assertion in the same moment one succeeds, and the others are told as the RFC says', async () => {
    const one = await assertion();
    const answers = await Promise.all(Array.from({ length: 20 }, () => token(one)));
    assert.deepEqual(
      answers.toSorted((a, b) => a[0] - b[0]),
      [[200, undefined], ...Array(19).fill([401, 'invalid_client'])],
    );
  });

  it('[11] takes none that is of or for somebody else, has expired, is not signed, or by a key that is none of the client’s', async () => {
    const [head = '', body = ''] = (await assertion()).split('.');
    const hmacHead = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'two' })).toString('base64url');
    const confused = (secret: string) =>
      `${hmacHead}.${body}.${createHmac('sha256', secret).update(`${hmacHead}.${body}`).digest('base64url')}`;
    for (const [what, bad] of Object.entries({
      'another audience': await assertion({ aud: 'https://other.example' }),
      'no audience': await assertion({ aud: undefined }),
      'another issuer': await assertion({ iss: 'other' }),
      'another subject': await assertion({ sub: 'other' }),
      'no issuer': await assertion({ iss: undefined }),
      'an expiry that has passed': await assertion({ exp: now() - 6 }),
      'no expiry': await assertion({ exp: undefined }),
      'a beginning that is to come': await assertion({ nbf: now() + 60 }),
      'no jti': await assertion({ jti: undefined }),
      'no signature': new UnsecuredJWT(claims()).encode(),
      'a signature cut off': `${head}.${body}.`,
      'the public key as a secret, as JWK': confused(JSON.stringify(rs256.jwk)),
      'the public key as a secret, as PEM': confused(await exportSPKI(rs256.publicKey)),
      'a stranger’s key under the client’s kid': await assertion({}, {}, stranger),
      'a key that the client has not, or not any more': await assertion(
        {},
        { kid: 'three' },
        await newPair('ES256', 'three'),
      ),
      'a key for another algorithm': await assertion({}, { alg: 'PS256', kid: 'two' }, await newPair('PS256', 'two')),
    })) {
      const [status, error] = await token(bad);
      assert.ok([400, 401].includes(status) && error !== undefined, `${what}: ${status} ${error}`);
    }
  });

  it('[12] looks at no key, and at no address of keys, in a header', async () => {
    const address = 'https://keys.example/jwks.json';
    for (const header of [
      { jwk: stranger.jwk },
      { jwk: stranger.jwk, kid: undefined },
      { jku: address },
      { jku: address, kid: undefined },
      { x5u: 'https://keys.example/chain.pem' },
      { x5c: ['MIIB'] },
      { jwk: stranger.jwk, jku: address, x5u: address },
    ]) {
      const [status, error] = await token(await assertion({}, header, stranger));
      assert.deepEqual([status, error], [401, 'invalid_client'], JSON.stringify(header));
    }
    assert.deepEqual(asked, []);
  });
});
