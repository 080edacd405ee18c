import assert from 'node:assert/strict';
import { TestDatabaseClock } from '../../support/candidates.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { assessmentDeclaration, claimsIn, Sittings } from '../../support/sittings.ts';
import type { UserAgent } from '../../support/user-agent.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const API = { resource: 'https://api.example.com', scope: 'openid assessment orders:read' };

describe('what a candidate is signed in with', () => {
  const time = new TestDatabaseClock();
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let sittings: Sittings;

  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ yaml: assessmentDeclaration, databaseClock: time, databaseUrl: wire.url });
    sittings = new Sittings(server);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  /** Seconds that tokens live which are issued now; each says so itself, to the second in which it was signed. */
  const lives = async (agent: UserAgent, request: Record<string, string> = API): Promise<number> => {
    const { access_token, id_token, expires_in } = await sittings.tokens(agent, request);
    for (const token of request === API ? [access_token, id_token] : [id_token]) {
      const { iat, exp } = claimsIn(token);
      assert.ok(Math.abs(Number(exp) - Number(iat) - expires_in) <= 1, `${iat} to ${exp}, and ${expires_in}`);
    }
    return expires_in;
  };
  const isAbout = (seconds: number, expected: number) =>
    assert.ok(seconds <= expected && seconds > expected - 10, `${seconds}, and not ${expected}`);
  /** No page signs them in any more, and nothing is refreshed or told. */
  const isOut = async (agent: UserAgent, tokens: { access_token: string; refresh_token: string }) => {
    const refreshed = await sittings.refresh(tokens.refresh_token);
    assert.deepEqual([refreshed.status, refreshed.body.error], [400, 'invalid_grant']);
    assert.equal((await sittings.userInfo(tokens.access_token)).status, 401);
    const silent = await agent.get(sittings.authorizeUrl({ prompt: 'none' }));
    assert.equal(URL.parse(silent.location ?? '')?.searchParams.get('error'), 'login_required');
  };

  it('is good for no longer than the clock of the session can run', async () => {
    const session = await sittings.session({ duration_seconds: 300 });
    const agent = await sittings.come(session);
    isAbout(await lives(agent), 300);
    await sittings.step(session.id, 'start');
    time.advance(100);
    isAbout(await lives(agent), 200);
    isAbout(await lives(agent, {}), 200);
    const { refresh_token } = await sittings.tokens(agent, API);
    isAbout((await sittings.refresh(refresh_token)).body.expires_in, 200);
    time.advance(150);
    isAbout(await lives(agent), 50);
  });

  it('while the clock stands, for no longer than it could run; and the sign-in outlasts the pause', async () => {
    const session = await sittings.session({ duration_seconds: 120 });
    const agent = await sittings.come(session);
    const tokens = await sittings.tokens(agent, { scope: 'openid assessment' });
    await sittings.step(session.id, 'start');
    time.advance(20);
    await sittings.step(session.id, 'pause');
    time.advance(3600);
    isAbout(await lives(agent), 100);
    const refreshed = await sittings.refresh(tokens.refresh_token);
    assert.equal(refreshed.status, 200);
    isAbout(refreshed.body.expires_in, 100);
  });

  it('ends with the time that the session ends at, the sign-in and refresh tokens too', async () => {
    const expiresAt = new Date(Date.now() + time.ahead + 3_600_000);
    const session = await sittings.session({ expires_at: expiresAt.toISOString() });
    const agent = await sittings.come(session);
    const { refresh_token } = await sittings.tokens(agent);
    const rows = await server
      .db('oidc_artifacts')
      .where({ account_id: session.candidate_id })
      .whereIn('model', ['Session', 'RefreshToken']);
    assert.equal(rows.length, 2);
    for (const { expires_at } of rows) isAbout(((expires_at as Date).getTime() - Date.now()) / 1000, 3600);
    const { body } = await sittings.party.post('/oauth2/introspect', { token: refresh_token }, { id: 'assess' });
    isAbout(body.exp - Date.now() / 1000, 3600);
    isAbout(await lives(agent), 900);
  });

  for (const [beside, members] of [
    ['alone', {}],
    ['beside a longer clock', { duration_seconds: 900 }],
  ] as const)
    it(`is good for no longer than until the session ends, ${beside}, whether its clock runs or not`, async () => {
      const end = Math.floor((Date.now() + time.ahead) / 1000) + 120;
      const session = await sittings.session({ expires_at: new Date(end * 1000).toISOString(), ...members });
      const agent = await sittings.come(session);
      for (const event of [undefined, 'start', 'pause'] as const) {
        if (event) await sittings.step(session.id, event);
        const { access_token, id_token } = await sittings.tokens(agent, API);
        const own = await sittings.apiTokens(agent);
        for (const token of [access_token, id_token, own.access_token, own.id_token]) {
          const left = end - time.ahead / 1000 - Number(claimsIn(token)['exp']);
          assert.ok(left >= 0 && left < 10, `${left} s before the end`);
        }
        isAbout(own.expires_in, 120);
      }
    });

  for (const [what, end] of [
    ['was handed in', async (id: string) => sittings.step(id, 'submit')],
    ['was ended by a service', async (id: string) => sittings.step(id, 'terminate')],
    ['has run out', async () => time.advance(1000)],
  ] as const)
    it(`is good for nothing once the session ${what}`, async () => {
      const session = await sittings.session({ duration_seconds: 900 });
      const agent = await sittings.come(session);
      await sittings.step(session.id, 'start');
      const tokens = await sittings.tokens(agent);
      const { access_token } = await sittings.apiTokens(agent);
      await end(session.id);
      await isOut(agent, tokens);
      // How it ended can still be read.
      assert.equal((await sittings.asCandidate(access_token, 'GET', `/v1/sessions/${session.id}`)).status, 200);
      const page = await agent.open(sittings.authorizeUrl());
      assert.match(page.text, /<h1>This assessment is over<\/h1>/);
    });

  it('[33] is good for nothing once the candidate was taken out, not a second longer', async () => {
    const session = await sittings.session();
    const agent = await sittings.come(session);
    const tokens = await sittings.tokens(agent);
    const { access_token } = await sittings.apiTokens(agent);
    const call = () => sittings.asCandidate(access_token, 'GET', `/v1/sessions/${session.id}`);
    assert.equal((await call()).status, 200);
    await sittings.deactivate(session.candidate_id);
    assert.equal((await call()).status, 401);
    await isOut(agent, tokens);
  });

  it('is had anew by an invitation to another session once the candidate was restored, and what was before stays ended', async () => {
    const session = await sittings.session();
    const agent = await sittings.come(session);
    const tokens = await sittings.tokens(agent);
    const before = await sittings.apiTokens(agent);
    const candidate = `/v1/candidates/${session.candidate_id}`;
    await sittings.deactivate(session.candidate_id);
    assert.equal((await sittings.call('POST', `${candidate}/restore`)).status, 200);
    const again = { client_id: 'assess' };
    assert.equal((await sittings.call('POST', `/v1/sessions/${session.id}/invitations`, again)).status, 409);
    const { body: next } = await sittings.call('POST', `${candidate}/sessions`, { assessment: 'sql-basics' });
    const id = String(next['id']);
    await sittings.arrive(await sittings.invite(id), agent);
    const { access_token } = await sittings.apiTokens(agent);
    const start = (token: string, of: string) =>
      sittings.asCandidate(token, 'POST', `/v1/sessions/${of}/transitions`, { event: 'start' });
    assert.equal((await start(access_token, id)).status, 200);
    assert.equal((await start(before.access_token, session.id)).status, 401);
    assert.equal((await sittings.refresh(tokens.refresh_token)).status, 400);
    assert.equal((await sittings.userInfo(tokens.access_token)).status, 401);
  });

  it('costs what a user’s costs', async () => {
    const agent = await sittings.come(await sittings.session());
    await sittings.tokens(agent);
    let code = '';
    const silent = await wire.statementsOf(async () => {
      const back = await agent.get(sittings.authorizeUrl());
      code = new URL(back.location ?? '').searchParams.get('code') ?? '';
    });
    // Session, candidate and grant; the code is written.
    assert.deepEqual(counted(silent), { reads: 3, writes: 1 });
    const exchange = await wire.statementsOf(() => sittings.party.exchange(code, { id: 'assess' }));
    assert.deepEqual(counted(exchange), { reads: 2, writes: 1 });
  });

  it('costs one statement to end with the session, and one more to be looked at where it is stored', async () => {
    const session = await sittings.session();
    const agent = await sittings.come(session);
    await sittings.step(session.id, 'start');
    await sittings.tokens(agent, API);
    const { access_token: token } = await sittings.tokens(agent);
    const look = () => sittings.party.post('/oauth2/introspect', { token }, { id: 'assess' });
    const looked = await wire.statementsOf(look);
    assert.equal(looked.filter((statement) => statement.includes('from assessment_sessions')).length, 1);
    const ending = await wire.statementsOf(() => sittings.step(session.id, 'submit'));
    assert.deepEqual(counted(ending), { reads: 0, writes: 1 });
  });
});

function counted(all: readonly string[]): { reads: number; writes: number } {
  // What has ended is heard of behind the answers, by every node.
  const statements = all.filter((statement) => !statement.includes('pg_current_snapshot'));
  const writes = statements.filter((statement) => /insert into|delete from|^\s*update/i.test(statement)).length;
  return { reads: statements.length - writes, writes };
}
