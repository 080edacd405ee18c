import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { systemClock } from '../../../src/kernel/clock.ts';
import { rotateKeys } from '../../../src/keys/index.ts';
import { SECRET } from '../../support/declaration.ts';
import { freePort } from '../../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const API = 'https://api.example.com';
const FLIPPED = 'set_byte(sealed_private_jwk, 40, get_byte(sealed_private_jwk, 40) # 1)';
const request = { client_id: 'web', scope: 'openid email' };

describe('a server with a key that cannot be opened', () => {
  let database: TestDatabase;
  let server: TestServer;
  let party: RelyingParty;
  let env: Record<string, string>;
  before(async () => {
    database = await createTestDatabase();
    env = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64'), PORT: String(await freePort()) };
    await restart();
  });
  after(async () => {
    await server?.close();
    await database.drop();
  });

  async function restart(): Promise<void> {
    await server?.close();
    server = await startServer({ databaseUrl: database.url, env });
    party = new RelyingParty(server.issuer);
  }
  async function machineToken(): Promise<string> {
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    const { status, body } = await party.token(parameters, { id: 'service', secret: SECRET });
    assert.equal(status, 200, JSON.stringify(body));
    return body.access_token;
  }
  const jwks = async (): Promise<JSONWebKeySet> =>
    (await (await fetch(`${server.issuer}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const verifies = async (jwt: string) => jwtVerify(jwt, createLocalJWKSet(await jwks()));
  const damage = async (kid: string) => {
    await server
      .db('signing_keys')
      .where({ kid })
      .update({ sealed_private_jwk: server.db.raw(FLIPPED) });
    await server.gatehouse.keys.reload();
  };
  const kidOf = (jwt: string | undefined) => String(decodeProtectedHeader(jwt ?? '').kid);
  const rotateNow = async () => {
    const { masterKeys, signingKeys: policy } = server.config;
    await rotateKeys({ db: server.db, clock: systemClock, masterKeys, policy }, { now: true });
    await server.gatehouse.keys.reload();
  };
  /** What the log says of the key, in its own words, each once. */
  const told = (kid: string) =>
    server
      .logs()
      .split('\n')
      .filter((line) => line.includes('"level":"error"') && line.includes(kid))
      .map((line) => JSON.parse(line).msg);

  it('that signs no more: what it signed verifies, nothing else is disturbed, and a line names it, once', async () => {
    const token = await machineToken();
    await rotateNow();
    const kid = kidOf(token);
    await damage(kid);
    for (const start of [async () => server.gatehouse.keys.reload(), restart]) {
      await start();
      await verifies(token);
      assert.notEqual(kidOf(await machineToken()), kid);
      assert.equal((await fetch(`${server.issuer}/readyz`)).status, 200);
      assert.deepEqual(told(kid), [
        `signing key ${kid} (ES256, retiring) has been changed since it was sealed: what it signed can be verified as before, and it goes by itself`,
      ]);
    }
  });

  it('that signs one algorithm: the other goes on, hints are known again, and rotating it now is the remedy', async () => {
    const { tokens, agent } = await obtainTokens(party, request);
    const hint = tokens['id_token'] ?? '';
    const kid = kidOf(hint);
    await damage(kid);
    await restart();
    await verifies(await machineToken());
    await verifies(hint);
    const logout = `/oauth2/logout?${new URLSearchParams({ id_token_hint: hint })}`;
    assert.equal((await agent.get(logout)).status, 200);
    assert.equal((await agent.get(`${logout.slice(0, -4)}AAAA`)).status, 400, 'one that was bent');
    const { code } = await obtainCode(party, request, agent);
    const failed = await party.exchange(code, { id: 'web' });
    assert.deepEqual([failed.status, failed.body.error], [500, 'server_error']);
    assert.match(server.logs(), new RegExp(`signing key ${kid} \\(RS256\\) has been changed since it was sealed`));
    await rotateNow();
    const mended = await obtainTokens(party, request);
    assert.notEqual(kidOf(mended.tokens['id_token']), kid);
    await verifies(mended.tokens['id_token'] ?? '');
  });
});
