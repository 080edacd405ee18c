import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { SECRET } from '../../support/declaration.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
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
  - {client_id: service, client_secret: ${SECRET}, grant_types: [client_credentials]}
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
});
