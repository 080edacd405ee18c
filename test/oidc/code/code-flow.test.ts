import assert from 'node:assert/strict';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

describe('authorization code', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('gives a signed-in person’s tokens, which an API accepts by the JWKS alone', async () => {
    const party = new RelyingParty(server.issuer);
    const request = { client_id: 'web', scope: 'openid email orders:read', resource: 'https://api.example.com' };
    const { tokens } = await obtainTokens(party, request);
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`));
    const options = { issuer: server.issuer, audience: 'https://api.example.com', typ: 'at+jwt' };
    const { payload, protectedHeader } = await jwtVerify(tokens['access_token'] ?? '', keys, options);
    assert.equal(protectedHeader.alg, 'ES256');
    assert.equal(payload['client_id'], 'web');
    assert.equal(payload['scope'], 'orders:read');
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 900);
    assert.deepEqual(Object.keys(payload).sort(), [
      'aud',
      'client_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'scope',
      'sid',
      'sub',
    ]);
  });
});
