import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import { createVerifier } from '../../../src/verifier/index.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { refused } from '../../support/refusals.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const API = 'https://legacy.example.com';
const YAML = `
clients:
  - {client_id: service, client_secret: ${SECRET}, grant_types: [client_credentials], scope: "orders:read"}
  - {client_id: web, token_endpoint_auth_method: none, redirect_uris: ["${CALLBACK}"],
     scope: "openid email orders:read"}
resources:
  - {identifier: "${API}", scopes: ["orders:read"], access_token_signing_alg: RS256}
`;
const service = { id: 'service', secret: SECRET };

describe('an API that wants its access tokens signed RS256 (RFC 9068 §2.1)', () => {
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    server = await startServer({ yaml: YAML });
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const machine = async () => {
    const asked = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    return String((await party.token(asked, service)).body.access_token);
  };
  const isActive = async (token: string) => (await party.post('/oauth2/introspect', { token }, service)).body.active;
  const verifier = (algorithm: string) =>
    createVerifier({ issuer: server.issuer, audience: API, algorithms: [algorithm] });

  it('gets them so, and its gateway takes them where it pins RS256', async () => {
    const token = await machine();
    const { alg, typ, kid } = decodeProtectedHeader(token);
    assert.deepEqual([alg, typ], ['RS256', 'at+jwt']);
    const published = server.gatehouse.keys.current().published.filter((key) => key.alg === 'RS256');
    assert.ok(published.some((key) => key.kid === kid));
    assert.equal((await verifier('RS256').verify(token)).aud, API);
    await refused(verifier('ES256').verify(token), 'token_algorithm');
  });

  it('has them looked at and taken back as any other', async () => {
    const token = await machine();
    assert.equal(await isActive(token), true);
    await party.post('/oauth2/revoke', { token }, service);
    assert.equal(await isActive(token), false);
  });

  it('[13] takes no ID token for one, though the same key has signed it', async () => {
    const { tokens } = await obtainTokens(party, {
      client_id: 'web',
      scope: 'openid email orders:read',
      resource: API,
    });
    const { id_token = '', access_token = '' } = tokens;
    assert.equal(decodeProtectedHeader(id_token).kid, decodeProtectedHeader(access_token).kid);
    assert.equal(await isActive(access_token), true);
    assert.equal(await isActive(id_token), false);
    await refused(verifier('RS256').verify(id_token), 'token_type');
  });
});
