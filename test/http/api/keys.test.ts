import assert from 'node:assert/strict';
import { Api, bearer } from '../../support/api.ts';
import { SECRET } from '../../support/declaration.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const yaml = `
clients:
  - { client_id: operator, client_secret: ${SECRET}, grant_types: [client_credentials], scope: "keys:read keys:write" }
  - { client_id: watcher, client_secret: ${SECRET}, grant_types: [client_credentials], scope: "keys:read" }
`;

type Key = Record<string, unknown> & { readonly kid: string; readonly public_jwk: object };

describe('/v1/keys', () => {
  let server: TestServer;
  let api: Api;
  before(async () => {
    server = await startServer({ yaml });
    api = new Api(server.issuer);
  });
  after(() => server.close());

  async function tokenOf(client: string): Promise<Record<string, string>> {
    const answer = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        resource: `${server.issuer}/v1`,
        scope: client === 'operator' ? 'keys:read keys:write' : 'keys:read',
      }),
    });
    return bearer(((await answer.json()) as { access_token: string }).access_token);
  }

  it('lists public parts, states and dates alone', async () => {
    const { status, body } = await api.call('GET', '/v1/keys', { headers: await tokenOf('watcher') });
    assert.equal(status, 200);
    const items = body['items'] as Key[];
    assert.deepEqual(
      items.map(({ alg, state }) => [alg, state]),
      [
        ['ES256', 'active'],
        ['RS256', 'active'],
      ],
    );
    assert.ok(items.every(({ public_jwk }) => !('d' in public_jwk)));
  });

  it('publishes the next keys, tells when they can sign, and rotates at once where that is said', async () => {
    const headers = await tokenOf('operator');
    const first = await api.call('POST', '/v1/keys/rotate', { headers });
    assert.deepEqual(first.body['promoted'], []);
    const waiting = first.body['waiting'] as (Key & { can_sign_at: string })[];
    assert.equal(waiting.length, 2);
    assert.ok(waiting.every(({ can_sign_at }) => Date.parse(can_sign_at) > Date.now() + 80_000_000));
    const second = await api.call('POST', '/v1/keys/rotate?now=true', { headers });
    assert.deepEqual(
      (second.body['promoted'] as Key[]).map(({ kid }) => kid),
      waiting.map(({ kid }) => kid),
    );
    await until('this server signs with the new key', async () => {
      const authorization = (await tokenOf('watcher'))['authorization'] ?? '';
      const [head = ''] = authorization.replace('Bearer ', '').split('.');
      return JSON.parse(Buffer.from(head, 'base64url').toString()).kid === waiting[0]?.kid;
    });
    assert.equal((await api.call('GET', '/v1/keys', { headers })).status, 200, 'a token of the key before still works');
  });

  it('revokes a key, and says so of one that is retired and of none that anybody knows', async () => {
    const headers = await tokenOf('operator');
    const { body } = await api.call('GET', '/v1/keys', { headers });
    const kid = (body['items'] as Key[]).find(({ alg, state }) => alg === 'RS256' && state === 'active')?.kid ?? '';
    const revoke = (key: string, query = '') => api.call('POST', `/v1/keys/${key}/revoke${query}`, { headers });
    const done = await revoke(kid);
    assert.deepEqual(done.body['breaks'], { access_tokens: 0, id_tokens: 0, clients: [], lag_seconds: 10 });
    assert.equal((done.body['key'] as Key).kid, kid);
    const again = await revoke(kid);
    assert.deepEqual([again.status, again.body['code']], [409, 'key_retired']);
    const unknown = await revoke('nonsense');
    assert.deepEqual([unknown.status, unknown.body['code']], [404, 'not_found']);
    assert.equal((await revoke(kid, '?dry_run=perhaps')).status, 400);
  });

  it('[40] is for whoever has the scope', async () => {
    const unasked = await api.call('POST', '/v1/keys/nonsense/revoke', { headers: await tokenOf('watcher') });
    assert.deepEqual([unasked.status, unasked.body['code']], [403, 'insufficient_scope']);
    assert.equal((await api.call('POST', '/v1/keys/nonsense/revoke')).status, 401);
    const refused = await api.call('POST', '/v1/keys/rotate', { headers: await tokenOf('watcher') });
    assert.deepEqual([refused.status, refused.body['code']], [403, 'insufficient_scope']);
    assert.match(refused.headers.get('www-authenticate') ?? '', /scope="keys:write"/);
    assert.equal((await api.call('GET', '/v1/keys')).status, 401);
    const odd = await api.call('POST', '/v1/keys/rotate?now=perhaps', { headers: await tokenOf('operator') });
    assert.equal(odd.status, 400);
  });
});
