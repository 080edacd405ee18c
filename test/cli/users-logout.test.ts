import assert from 'node:assert/strict';
import { usersCommand } from '../../src/cli/users/index.ts';
import { runHere } from '../support/command-line.ts';
import { SECRET } from '../support/declaration.ts';
import { answerOf, askSilently, newPerson, type Person, signIn } from '../support/people.ts';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { UserAgent } from '../support/user-agent.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const web = { client_id: 'web' };
/** The access token is a JWT, which nobody stores. */
const forApi = { ...web, scope: 'openid offline_access orders:read', resource: 'https://api.example.com' };

/** Beside a running server, which is told by the database alone. */
describe('gatehouse users logout', () => {
  const running = new Running();
  let server: TestServer;
  let party: RelyingParty;
  let person: Person;
  let agents: [UserAgent, UserAgent];
  let place: Parameters<typeof runHere>[2];
  before(async () => {
    server = await startServer({ env: { MASTER_KEY } });
    party = new RelyingParty(server.issuer);
    person = await newPerson(server.issuer);
    agents = [new UserAgent(server.issuer), new UserAgent(server.issuer)];
    for (const agent of agents) await signIn(agent, party, web, person);
    const { issuer, config } = server;
    const env = { ISSUER: issuer, MASTER_KEY, DATABASE_URL: config.databaseUrl ?? '', LOG_LEVEL: 'info' };
    place = { cwd: await running.folder(), env };
  });
  after(async () => {
    await running.endAll();
    await server.close();
  });

  const logout = (...args: string[]) => runHere(usersCommand, ['users', 'logout', ...args], place);
  const isIn = async (agent: UserAgent) => (await askSilently(agent, party, web))['code'] !== undefined;
  const isActive = async (token: string) =>
    (await party.post('/oauth2/introspect', { token }, { id: 'service', secret: SECRET })).body.active;

  it('asks, or is told --yes: nothing ends before', async () => {
    const { status, stdout } = await logout(person.email);
    assert.deepEqual([status, stdout], [2, '']);
    for (const agent of agents) assert.equal(await isIn(agent), true);
  });

  it('says what ended: sessions, refresh tokens, and within a second JWT access tokens; they may sign in again', async () => {
    const { id } = await server.db('users').where({ email: person.email }).first('id');
    const sessions = (await server.db('oidc_artifacts').where({ model: 'Session', account_id: id })).length;
    assert.ok(sessions >= 2);
    const { tokens } = await obtainTokens(party, { ...forApi, prompt: 'consent' }, agents[0]);
    const { access_token: jwt = '', refresh_token = '' } = tokens;
    assert.equal(await isActive(jwt), true);
    const { status, stdout, stderr } = await logout(person.email.toUpperCase(), '--yes');
    assert.equal(status, 0, stderr);
    await until('the server refuses the JWT', async () => !(await isActive(jwt)), 1000);
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token }, { id: 'web' });
    assert.deepEqual([refreshed.status, refreshed.body.error], [400, 'invalid_grant']);
    const what = `That ended ${sessions} sessions and the tokens of web.`;
    assert.ok(stdout.startsWith(`Signed ${person.email} out everywhere. ${what}`), stdout);
    assert.deepEqual([JSON.parse(stderr).action, JSON.parse(stderr).user], ['users.logout', id]);
    for (const agent of agents) assert.equal((await askSilently(agent, party, web))['error'], 'login_required');
    assert.match((await logout(id, '--yes')).stdout, /That ended 0 sessions and no application’s tokens\./);
    assert.ok(answerOf(await signIn(agents[0], party, web, person))['code']);
  });

  it('ends with 1 for somebody whom nobody knows', async () => {
    assert.equal((await logout('nobody@example.com', '--yes')).status, 1);
  });
});
