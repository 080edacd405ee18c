import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { SECRET } from '../../support/declaration.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const SERVICE = { id: 'service', secret: SECRET };
const API = 'https://api.example.com';

describe('resource indicators', () => {
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const machine = (parameters: Record<string, string>) =>
    party.token({ grant_type: 'client_credentials', ...parameters }, SERVICE);

  it('a machine gets a token for the API it names, and for Gatehouse’s own where its scopes say so', async () => {
    const named = await machine({ scope: 'orders:read', resource: API });
    assert.equal(decodeJwt(named.body.access_token).aud, API);
    const own = await machine({ scope: 'candidates:read' });
    assert.equal(decodeJwt(own.body.access_token).aud, `${server.issuer}/v1`);
  });

  it('a machine is told what it may not have', async () => {
    assert.equal((await machine({ scope: 'orders:write', resource: API })).body.error, 'invalid_scope');
    assert.equal(
      (await machine({ scope: 'orders:read', resource: 'https://unknown.example' })).body.error,
      'invalid_target',
    );
    assert.equal((await machine({})).body.error, 'invalid_target');
  });

  it('a person’s token is for the API named when the code was asked for; the ID token then holds the claims', async () => {
    const request = { client_id: 'web', scope: 'openid email orders:read', resource: API };
    const { tokens } = await obtainTokens(party, request);
    assert.equal(decodeJwt(tokens['access_token'] ?? '').aud, API);
    assert.match(String(decodeJwt(tokens['id_token'] ?? '')['email']), /@example\.com$/);
  });

  it('a plain sign-in gets a token for UserInfo', async () => {
    const { tokens } = await obtainTokens(party, { client_id: 'web', scope: 'openid email' });
    const answer = await fetch(`${server.issuer}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${tokens['access_token']}` },
    });
    const claims = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(claims).sort(), ['email', 'email_verified', 'sub']);
  });

  it('a default resource is the audience of those who name none', async () => {
    const yaml = `
clients:
  - {client_id: service, client_secret: ${SECRET}, grant_types: [client_credentials], scope: "orders:read"}
resources:
  - {identifier: "${API}", scopes: ["orders:read"], default: true, access_token_ttl: 120}
`;
    const other = await startServer({ yaml });
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read' };
    const { body } = await new RelyingParty(other.issuer).token(parameters, SERVICE);
    await other.close();
    const { aud, exp = 0, iat = 0 } = decodeJwt(body.access_token);
    assert.deepEqual([aud, exp - iat], [API, 120]);
  });

  it('a client that registered no scope gets none of any API', async () => {
    const yaml = `
clients:
  - {client_id: service, client_secret: ${SECRET}, grant_types: [client_credentials]}
resources:
  - {identifier: "${API}", scopes: ["orders:read"]}
`;
    const other = await startServer({ yaml });
    const own = `${other.issuer}/v1`;
    for (const [scope, resource] of [
      ['keys:write', own],
      ['orders:read', API],
    ] as const) {
      const parameters = { grant_type: 'client_credentials', scope, resource };
      const { status, body } = await new RelyingParty(other.issuer).token(parameters, SERVICE);
      assert.deepEqual([status, body.error], [400, 'invalid_scope'], scope);
    }
    await other.close();
  });

  it('[42] a person’s token has none of Gatehouse’s own scopes, whatever the client registered', async () => {
    const yaml = `
clients:
  - client_id: web
    token_endpoint_auth_method: none
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, refresh_token]
    scope: openid users:write keys:write
`;
    const other = await startServer({ yaml });
    const request = { client_id: 'web', scope: 'openid users:write keys:write', resource: `${other.issuer}/v1` };
    const { tokens } = await obtainTokens(new RelyingParty(other.issuer), request);
    assert.equal(decodeJwt(tokens['access_token'] ?? '')['scope'], undefined);
    await other.close();
  });

  it('a sign-in that asks for a scope of one API alone gets a token for that API', async () => {
    const { tokens } = await obtainTokens(party, { client_id: 'web', scope: 'openid orders:write' });
    const { aud, scope } = decodeJwt(tokens['access_token'] ?? '');
    assert.deepEqual([aud, scope], [API, 'orders:write']);
  });

  it('a token request that is refused has used nothing up', async () => {
    const { tokens, client } = await obtainTokens(party, { client_id: 'web', scope: 'openid' });
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
    const refused = await party.token({ ...refresh, resource: API }, client);
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_target']);
    assert.equal((await party.token(refresh, client)).status, 200);

    const { code } = await obtainCode(party, { client_id: 'web', scope: 'openid' });
    assert.equal((await party.exchange(code, client, { resource: API })).body.error, 'invalid_target');
    assert.equal((await party.exchange(code, client)).status, 200);
  });
});
