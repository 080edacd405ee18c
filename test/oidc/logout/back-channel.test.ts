import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { freePort } from '../../support/ports.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const clients = (port: number) => `
clients:
  - client_id: web
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email
    backchannel_logout_uri: http://127.0.0.1:${port}/logout
    backchannel_logout_session_required: true
`;

describe('back-channel logout', () => {
  let receiver: Server;
  let server: TestServer;
  const received: string[] = [];

  before(async () => {
    const port = await freePort();
    receiver = createServer(async (request, response) => {
      for await (const chunk of request) received.push(String(chunk));
      response.end();
    }).listen(port, '127.0.0.1');
    await once(receiver, 'listening');
    // The engine's guard refuses private addresses; here, and only here, loopback is where the application lives.
    const open = (url: URL, { dispatcher: _guard, ...options }: RequestInit) => fetch(url, options);
    server = await startServer({ yaml: clients(port), fetch: open as never, jobs: true });
  });
  after(async () => {
    receiver.close();
    await server.close();
  });

  it('tells the application, with a signed logout token for the session that ended; its refresh token is dead', async () => {
    const party = new RelyingParty(server.issuer);
    const agent = new UserAgent(server.issuer);
    const { tokens, client } = await obtainTokens(party, { client_id: 'web', scope: 'openid email' }, agent);
    const asked = await agent.open(`${server.issuer}/oauth2/logout?id_token_hint=${tokens['id_token']}`);
    const left = await agent.submit(asked, { logout: 'yes' });
    assert.match(left.text, /signed out/i);

    const sent = await until('the application is told', () => received.length > 0 && received.join(''));
    const token = new URLSearchParams(sent).get('logout_token') ?? '';
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(token, keys, { issuer: server.issuer, audience: 'web' });
    const idToken = decodeJwt(tokens['id_token'] ?? '');
    assert.equal(payload['sid'], idToken['sid']);
    assert.equal(payload.sub, idToken.sub);
    assert.ok('http://schemas.openid.net/event/backchannel-logout' in (payload['events'] as object));

    const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
    const { status, body } = await party.token(refresh, client);
    assert.deepEqual([status, body.error], [400, 'invalid_grant']);
  });
});
