import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { decodeJwt } from 'jose';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { clientsCommand } from '../../../src/cli/clients/index.ts';
import { tokensCommand } from '../../../src/cli/tokens/index.ts';
import { usersCommand } from '../../../src/cli/users/index.ts';
import { runHere } from '../../support/command-line.ts';
import { declaration, SECRET } from '../../support/declaration.ts';
import { Operator, operatorDeclaration } from '../../support/operator.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { Running } from '../../support/running.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const API = 'https://api.example.com';
const MASTER_KEY = randomBytes(32).toString('base64');
/** Milliseconds: longer than tokens live where no file says otherwise, and not as long as they do here. */
const LATER = 20 * 60 * 1000;
const service = { id: 'service', secret: SECRET };
const yaml = operatorDeclaration.replace(/scopes: \[orders:read, .*\]$/m, '$&\n    access_token_ttl: 7200');

const grantOf = (token: string) => decodeJwt(token).jti?.split('.')[0] ?? '';

describe('what has ended is kept for as long as any token that was signed may live', () => {
  const running = new Running();
  let time: SinonFakeTimers | undefined;
  let database: TestDatabase;
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    assert.notEqual(yaml, operatorDeclaration);
    database = await createTestDatabase();
    server = await startServer({ yaml, databaseUrl: database.url, env: { MASTER_KEY } });
    party = new RelyingParty(server.issuer);
  });
  afterEach(() => time?.restore());
  after(async () => {
    await running.endAll();
    await server.close();
    await database.drop();
  });

  const isActive = async (token: string) => (await party.post('/oauth2/introspect', { token }, service)).body.active;
  const longLived = async (client_id: string) => {
    const { tokens } = await obtainTokens(party, { client_id, scope: 'openid orders:read', resource: API });
    const { access_token = '' } = tokens;
    const { iat = 0, exp = 0 } = decodeJwt(access_token);
    assert.deepEqual([exp - iat, await isActive(access_token)], [7200, true]);
    return access_token;
  };
  /** The feed's values, as whoever begins now reads them, once this node has looked anew. */
  const feedLater = async () => {
    time = useFakeTimers({ toFake: ['Date'], now: Date.now() + LATER, shouldAdvanceTime: true });
    await server.db.raw(`select pg_notify('gatehouse_revocations', '')`);
    const operator = new Operator(server.issuer, 'revocations:read');
    const { body } = await until('it has looked', async () => {
      const answer = await operator.call('GET', '/v1/revocations');
      return answer.status === 200 && answer;
    });
    return (body['items'] as { value: string }[]).map(({ value }) => value);
  };

  it('by a command, in whatever folder it is run', async () => {
    const [revoked, loggedOut, disabled] = [
      await longLived('web'),
      await longLived('confidential'),
      await longLived('own'),
    ];
    const { email } = await server
      .db('users')
      .where({ id: decodeJwt(loggedOut).sub })
      .first('email');
    const cwd = await running.folder();
    const env = { ISSUER: server.issuer, MASTER_KEY, DATABASE_URL: database.url };
    const command = async (declare: (command: Command) => void, ...args: string[]) => {
      const { status, stderr } = await runHere(declare, [...args, '--yes'], { cwd, env });
      assert.equal(status, 0, stderr);
    };
    await command(tokensCommand, 'tokens', 'revoke', revoked);
    await command(usersCommand, 'users', 'logout', email);
    await command(clientsCommand, 'clients', 'disable', 'own');
    const told = await feedLater();
    for (const [by, token] of Object.entries({ revoked, loggedOut, disabled }))
      assert.equal(await isActive(token), false, by);
    for (const value of [grantOf(revoked), grantOf(loggedOut), decodeJwt(loggedOut).sub, 'own'])
      assert.ok(value && told.includes(value), `the feed tells of ${value}`);
  });

  it('by a server whose tokens are shorter-lived than those it signed before', async () => {
    const token = await longLived('web');
    await server.close();
    const env = { MASTER_KEY, PORT: String(server.config.port) };
    server = await startServer({ yaml: operatorDeclaration, databaseUrl: database.url, env });
    assert.equal((await party.post('/oauth2/revoke', { token }, { id: 'web' })).status, 200);
    const told = await feedLater();
    assert.equal(await isActive(token), false);
    assert.ok(told.includes(grantOf(token)));
  });

  it('and no longer: where none was ever longer-lived, that is 15 minutes', async () => {
    const other = await startServer({ yaml: declaration });
    const its = new RelyingParty(other.issuer);
    const { tokens } = await obtainTokens(its, { client_id: 'web', scope: 'openid orders:read', resource: API });
    await its.post('/oauth2/revoke', { token: tokens['access_token'] ?? '' }, { id: 'web' });
    const { rows } = await other.db.raw(
      'select extract(epoch from expires_at - revoked_at)::int as kept from revocations',
    );
    assert.deepEqual(new Set(rows.map(({ kept }: { kept: number }) => kept)), new Set([900]));
    await other.close();
  });
});
