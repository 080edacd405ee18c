import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { freePort } from '../../support/ports.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const client = (id: string, port: number) => `
  - client_id: ${id}
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email
    backchannel_logout_uri: http://127.0.0.1:${port}/${id}
    backchannel_logout_session_required: true`;

describe('back-channel logout', () => {
  let receiver: Server;
  let server: TestServer;
  /** Logout tokens, by who was sent them. */
  const received: [id: string, token: string][] = [];

  before(async () => {
    const port = await freePort();
    receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push([request.url?.slice(1) ?? '', new URLSearchParams(body).get('logout_token') ?? '']);
      response.end();
    }).listen(port, '127.0.0.1');
    await once(receiver, 'listening');
    // The engine's guard refuses private addresses; here, and only here, loopback is where the application lives.
    const open = (url: URL, { dispatcher: _guard, ...options }: RequestInit) => fetch(url, options);
    const yaml = `clients:${['web', 'other'].map((id) => client(id, port)).join('')}`;
    server = await startServer({ yaml, fetch: open as never, jobs: true });
  });
  after(async () => {
    receiver.close();
    await server.close();
  });

  it('tells each application of the session that ended, by a signed token of its own; their refresh tokens are dead', async () => {
    const party = new RelyingParty(server.issuer);
    const agent = new UserAgent(server.issuer);
    const web = await obtainTokens(party, { client_id: 'web', scope: 'openid email' }, agent);
    const other = await obtainTokens(party, { client_id: 'other', scope: 'openid email' }, agent);
    const asked = await agent.open(`${server.issuer}/oauth2/logout?id_token_hint=${web.tokens['id_token']}`);
    const left = await agent.submit(asked, { logout: 'yes' });
    assert.match(left.text, /signed out/i);

    const stillQueued = () => server.db('graphile_worker.jobs').where({ task_identifier: 'tell_client' });
    await until('everybody was told', async () => (await stillQueued()).length === 0);
    assert.deepEqual(received.map(([id]) => id).sort(), ['other', 'web']);
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`));
    const told = new Map(received);
    for (const { tokens, client } of [web, other]) {
      const expected = { issuer: server.issuer, audience: client.id, typ: 'logout+jwt' };
      const { payload } = await jwtVerify(told.get(client.id) ?? '', keys, expected);
      assert.equal('nonce' in payload, false, 'it is no ID token');
      const idToken = decodeJwt(tokens['id_token'] ?? '');
      assert.deepEqual([payload.aud, payload['sid'], payload.sub], [client.id, idToken['sid'], idToken.sub]);
      assert.ok('http://schemas.openid.net/event/backchannel-logout' in (payload['events'] as object));
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
      const { status, body } = await party.token(refresh, client);
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    }
    const sids = [...told.values()].map((token) => decodeJwt(token)['sid']);
    assert.equal(new Set(sids).size, 2, 'nobody is told what another calls the session');
  });
});
