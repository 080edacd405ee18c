import assert from 'node:assert/strict';
import { CALLBACK } from '../support/declaration.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ENDPOINTS = {
  authorization_endpoint: '/oauth2/authorize',
  token_endpoint: '/oauth2/token',
  userinfo_endpoint: '/oauth2/userinfo',
  introspection_endpoint: '/oauth2/introspect',
  revocation_endpoint: '/oauth2/revoke',
  pushed_authorization_request_endpoint: '/oauth2/par',
  end_session_endpoint: '/oauth2/logout',
  jwks_uri: '/.well-known/jwks.json',
};

describe('endpoints', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('both discovery documents are the same and name the contract’s paths', async () => {
    const documents = await Promise.all(
      ['openid-configuration', 'oauth-authorization-server'].map(async (name) => {
        const answer = await fetch(`${server.issuer}/.well-known/${name}`);
        return (await answer.json()) as Record<string, unknown>;
      }),
    );
    assert.deepEqual(documents[0], documents[1]);
    const [document = {}] = documents;
    for (const [member, path] of Object.entries(ENDPOINTS)) assert.equal(document[member], server.issuer + path);
    assert.equal(document['issuer'], server.issuer);
    assert.deepEqual(document['response_types_supported'], ['code']);
    assert.deepEqual(document['code_challenge_methods_supported'], ['S256']);
    assert.equal(document['authorization_response_iss_parameter_supported'], true);
  });

  it('the key set holds one ES256 and one RS256 key, public members alone', async () => {
    const answer = await fetch(`${server.issuer}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
    assert.deepEqual(keys.map(({ alg }) => alg).sort(), ['ES256', 'RS256']);
    const members = new Set(keys.flatMap((key) => Object.keys(key)));
    assert.deepEqual([...members].sort(), ['alg', 'crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y']);
  });

  it('a capability that is not built, and any other path, is a 404 and not in discovery', async () => {
    const document = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).text();
    for (const path of ['/oauth2/device/authorize', '/oauth2/register', '/oauth2/nothing', '/v1/nothing']) {
      const answer = await fetch(server.issuer + path, { method: 'POST' });
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      assert.ok(!document.includes(path), path);
    }
  });

  it('a browser may call the token endpoint from the origin of a public client, and from no other', async () => {
    const call = (origin: string, client_id: string) =>
      fetch(`${server.issuer}/oauth2/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id }),
      });
    const allowed = await call(new URL(CALLBACK).origin, 'web');
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(((await allowed.json()) as { error: string }).error, 'invalid_grant');
    const refused = await call('https://evil.example', 'web');
    assert.equal(refused.headers.get('access-control-allow-origin'), null);
    const preflight = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'POST');
  });
});
