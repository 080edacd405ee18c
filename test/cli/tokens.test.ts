import assert from 'node:assert/strict';
import { SECRET } from '../support/declaration.ts';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const API = 'https://api.example.com';
const OFFLINE = { client_id: 'web', scope: 'openid offline_access orders:read', resource: API, prompt: 'consent' };
const client = { id: 'confidential', secret: SECRET };

describe('gatehouse tokens revoke', function () {
  this.timeout(60_000);
  const running = new Running();
  let server: TestServer;
  let party: RelyingParty;
  let cwd: string;
  let env: Record<string, string>;
  before(async () => {
    server = await startServer({ env: { MASTER_KEY } });
    party = new RelyingParty(server.issuer);
    cwd = await running.folder();
    const { issuer, config } = server;
    env = { ISSUER: issuer, MASTER_KEY, DATABASE_URL: config.databaseUrl ?? '' };
  });
  after(async () => {
    await running.endAll();
    await server.close();
  });

  const isActive = async (token = '') => (await party.post('/oauth2/introspect', { token }, client)).body.active;

  it('ends an access token that nobody stores, and by a refresh token what was issued with it', async () => {
    const [byAccess, byRefresh] = [await obtainTokens(party, OFFLINE), await obtainTokens(party, OFFLINE)];
    const { access_token: first = '', refresh_token: its = '' } = byAccess.tokens;
    const { access_token: second = '', refresh_token = '' } = byRefresh.tokens;
    const outcomes = await Promise.all([
      running.command(['tokens', 'revoke', first, '--yes'], cwd, env),
      running.command(['tokens', 'revoke', refresh_token, '--yes'], cwd, env),
    ]);
    for (const { status, stdout, stderr } of outcomes) {
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^Ended the token/);
    }
    for (const token of [first, second]) await until('the server refuses it', async () => !(await isActive(token)));
    const again = await party.token({ grant_type: 'refresh_token', refresh_token: its }, { id: 'web' });
    assert.equal(again.status, 400);
  });

  it('reads it from standard input; ends nothing unasked, and nothing that is no token of ours', async () => {
    const { tokens } = await obtainTokens(party, OFFLINE);
    const { access_token = '' } = tokens;
    const unasked = await running.command(['tokens', 'revoke', access_token], cwd, env);
    assert.deepEqual([unasked.status, await isActive(access_token)], [2, true]);
    const unknown = await running.command(['tokens', 'revoke', `${access_token}x`, '--yes'], cwd, env);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /no live token of this server/);
    const dashed = await running.command(['tokens', 'revoke', '-N6JqGS5AKo0gEJoDrhC4QT8V8', '--yes'], cwd, env);
    assert.deepEqual([dashed.status, /no live token of this server/.test(dashed.stderr)], [1, true], dashed.stderr);
    const piped = running.run(['tokens', 'revoke', '-', '--yes'], cwd, env, access_token);
    assert.equal(await piped.ended(), 0, piped.output());
    await until('the server refuses it', async () => !(await isActive(access_token)));
  });
});
