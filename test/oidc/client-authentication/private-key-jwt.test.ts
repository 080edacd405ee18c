import assert from 'node:assert/strict';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startServer, type TestServer } from '../../support/server.ts';

describe('private_key_jwt', () => {
  let server: TestServer;
  let key: CryptoKey;
  before(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    const jwk = JSON.stringify({ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' });
    const yaml = `
clients:
  - client_id: signer
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials]
    scope: candidates:read
    jwks: { keys: [${jwk}] }
`;
    server = await startServer({ yaml });
  });
  after(() => server.close());

  const assertion = (jti: string, audience = server.issuer) =>
    new SignJWT({ jti })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer('signer')
      .setSubject('signer')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);

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

  it('signs a client in, once for each assertion', async () => {
    const once = await assertion('a');
    assert.deepEqual(await token(once), [200, undefined]);
    assert.deepEqual(await token(once), [401, 'invalid_client']);
    assert.deepEqual(await token(await assertion('b', 'https://other.example')), [401, 'invalid_client']);
  });

  it('of twenty uses of one assertion in the same moment one succeeds, and the others are told as the RFC says', async () => {
    const one = await assertion('race');
    const answers = await Promise.all(Array.from({ length: 20 }, () => token(one)));
    assert.deepEqual(
      answers.toSorted((a, b) => a[0] - b[0]),
      [[200, undefined], ...Array(19).fill([401, 'invalid_client'])],
    );
  });
});
