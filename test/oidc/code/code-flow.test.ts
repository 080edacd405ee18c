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
      'status',
      'sub',
    ]);
  });

  it('takes a request by POST, as from a form on another site, and finds the session all the same', async () => {
    const party = new RelyingParty(server.issuer);
    const { agent } = await obtainTokens(party, { client_id: 'web', scope: 'openid' });
    const query = new URL(party.authorizeUrl({ client_id: 'web', scope: 'openid' })).searchParams;
    const from = await fetch(`${server.issuer}/oauth2/authorize`, { method: 'POST', body: query, redirect: 'manual' });
    assert.equal(from.status, 303);
    const back = await agent.open(from.headers.get('location') ?? '');
    assert.match(back.location ?? '', /^https:\/\/app\.example\/callback\?code=/);
  });

  it('logs what the engine could not do, with the request’s correlation id', async () => {
    const own = await startServer();
    await own.db.raw('alter table oidc_artifacts rename to gone');
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'web' });
    const headers = { 'x-correlation-id': 'lost-table' };
    const answer = await fetch(`${own.issuer}/oauth2/token`, { method: 'POST', headers, body });
    assert.deepEqual(
      [answer.status, await answer.json()],
      [500, { error: 'server_error', error_description: 'oops! something went wrong' }],
    );
    const line =
      own
        .logs()
        .split('\n')
        .find((text) => text.includes('request failed')) ?? '';
    assert.match(line, /lost-table/);
    assert.match(line, /oidc_artifacts/);
    await own.close();
  });
});
