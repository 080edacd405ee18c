import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { systemClock } from '../../../src/kernel/clock.ts';
import { listKeys, rotateKeys } from '../../../src/keys/index.ts';
import { Api, bearer } from '../../support/api.ts';
import { declaration, SECRET } from '../../support/declaration.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const API = 'https://api.example.com';
const yaml = declaration.replace(
  'resources:',
  `  - client_id: operator
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: keys:read keys:write
resources:`,
);

type Json = Readonly<Record<string, unknown>>;

describe('a key that is revoked, on two nodes', () => {
  let database: TestDatabase;
  let nodes: readonly [TestServer, TestServer];
  before(async () => {
    database = await createTestDatabase();
    const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
    const start = (more: Record<string, string> = {}) =>
      startServer({ databaseUrl: database.url, yaml, env: { MASTER_KEY, ...more } });
    const first = await start();
    nodes = [first, await start({ ISSUER: first.issuer })];
  });
  after(async () => {
    for (const node of nodes ?? []) await node.close();
    await database?.drop();
  });

  const addressOf = ({ config }: TestServer) => `http://127.0.0.1:${config.port}`;
  const keysOf = async (node: TestServer): Promise<JSONWebKeySet> =>
    (await (await fetch(`${addressOf(node)}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const kidOf = (jwt: string) => String(decodeProtectedHeader(jwt).kid);

  async function token(node: TestServer, client: string, scope: string, resource: string): Promise<string> {
    const party = new RelyingParty(addressOf(node));
    const parameters = { grant_type: 'client_credentials', scope, resource };
    const { body } = await party.token(parameters, { id: client, secret: SECRET });
    return String(body.access_token);
  }
  const operatorsToken = (node: TestServer) => token(node, 'operator', 'keys:read keys:write', `${node.issuer}/v1`);
  const statusAt = async (node: TestServer, jwt: string) =>
    (await fetch(`${addressOf(node)}/v1/keys`, { headers: bearer(jwt) })).status;
  const revoke = async (kid: string, query = '') => {
    const api = new Api(addressOf(nodes[0]));
    return api.call('POST', `/v1/keys/${kid}/revoke${query}`, { headers: bearer(await operatorsToken(nodes[0])) });
  };

  it('breaks what it said it would: its tokens are refused by every node, and by whoever asks for the keys', async () => {
    const before = await Promise.all(nodes.map(operatorsToken));
    const forApi = await token(nodes[0], 'service', 'orders:read', API);
    const kid = kidOf(forApi);
    const plan = await revoke(kid, '?dry_run=true');
    assert.equal(plan.status, 200);
    const { clients, access_tokens } = plan.body['breaks'] as { clients: Json[]; access_tokens: number };
    assert.deepEqual(
      clients.map(({ client_id, access_tokens, id_tokens }) => [client_id, access_tokens, id_tokens]),
      // The other node has not written down its own yet; this one has its own, and the one it was just asked with.
      [
        ['operator', 2, 0],
        ['service', 1, 0],
      ],
    );
    assert.equal(access_tokens, 3);
    for (const jwt of before) assert.equal(await statusAt(nodes[0], jwt), 200, 'nothing was done');

    const done = await revoke(kid);
    const [key, next] = [done.body['key'] as Json, done.body['replaced_by'] as Json];
    assert.deepEqual([key['kid'], key['state'], next['state']], [kid, 'retired', 'active']);
    assert.ok(key['revoked_at']);
    for (const jwt of before) assert.equal(await statusAt(nodes[0], jwt), 401, 'at once where it was revoked');
    await until('the other node has heard of it', async () => (await statusAt(nodes[1], before[0] ?? '')) === 401);
    for (const node of nodes) {
      const keys = await keysOf(node);
      assert.deepEqual(
        keys.keys.map((each) => [each.alg, each.kid === kid]),
        [
          ['ES256', false],
          ['RS256', false],
        ],
      );
      await assert.rejects(jwtVerify(forApi, createLocalJWKSet(keys)), /no applicable key/);
      const fresh = await operatorsToken(node);
      assert.equal(kidOf(fresh), next['kid']);
      assert.equal(await statusAt(node, fresh), 200);
    }
  });

  it('is told apart from one that was retired, and stays in the list', async () => {
    const { body } = await new Api(addressOf(nodes[0])).call('GET', '/v1/keys', {
      headers: bearer(await operatorsToken(nodes[0])),
    });
    const told = (body['items'] as Json[]).map(({ alg, state, revoked_at }) => [alg, state, revoked_at !== null]);
    assert.deepEqual(told.sort(), [
      ['ES256', 'active', false],
      ['ES256', 'retired', true],
      ['RS256', 'active', false],
    ]);
  });

  it('leaves ID tokens of another key alone, and refuses its own as a hint', async () => {
    const [{ issuer, db }] = nodes;
    const { tokens, agent } = await obtainTokens(new RelyingParty(issuer), { client_id: 'web', scope: 'openid' });
    const hint = tokens['id_token'] ?? '';
    const logout = () => agent.get(`/oauth2/logout?${new URLSearchParams({ id_token_hint: hint })}`);
    const other = (await listKeys(db)).find(({ alg, state }) => alg === 'ES256' && state === 'active');
    assert.equal((await revoke(other?.kid ?? '')).status, 200);
    assert.equal((await logout()).status, 200);
    assert.equal((await revoke(kidOf(hint))).status, 200);
    assert.deepEqual([(await logout()).status, (await logout()).location], [400, undefined]);
  });

  it('leaves what the key before has signed alone', async () => {
    const [node] = nodes;
    const before = await operatorsToken(node);
    const { masterKeys, signingKeys: policy } = node.config;
    await rotateKeys({ db: node.db, clock: systemClock, masterKeys, policy }, { now: true });
    await node.gatehouse.keys.reload();
    const after = await operatorsToken(node);
    assert.notEqual(kidOf(after), kidOf(before));
    assert.equal((await revoke(kidOf(after))).status, 200);
    assert.deepEqual([await statusAt(node, before), await statusAt(node, after)], [200, 401]);
  });
});
