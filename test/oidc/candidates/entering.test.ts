import assert from 'node:assert/strict';
import { TestDatabaseClock } from '../../support/candidates.ts';
import { loggedEvents } from '../../support/events.ts';
import type { TestServer } from '../../support/server.ts';
import { claimsIn, LOGIN, type Sittings, startSittings } from '../../support/sittings.ts';
import { UserAgent } from '../../support/user-agent.ts';

describe('a candidate who comes by an invitation', () => {
  const time = new TestDatabaseClock();
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  before(async () => {
    ({ server, sittings, close } = await startSittings({ databaseClock: time }));
  });
  after(() => close());

  it('is sent to the application, which signs them in without a page', async () => {
    const session = await sittings.session();
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(await sittings.invite(session.id));
    assert.match(page.text, /Ada Lovelace/);
    const there = await agent.submit(page, {});
    const location = new URL(there.location ?? '');
    assert.equal(location.origin + location.pathname, LOGIN);
    assert.deepEqual(Object.fromEntries(location.searchParams), {
      iss: server.issuer,
      login_hint: session.candidate_id,
    });
    const { id_token, access_token } = await sittings.tokens(agent, { scope: 'openid profile email assessment' });
    const said = claimsIn(id_token);
    assert.equal(said['sub'], session.candidate_id);
    assert.equal(said['candidate_id'], session.candidate_id);
    assert.equal(said['assessment_session_id'], session.id);
    assert.equal(said['acr'], 'urn:gatehouse:acr:invitation');
    const info = (await (await sittings.userInfo(access_token)).json()) as object;
    assert.deepEqual(info, {
      sub: session.candidate_id,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      email_verified: false,
      candidate_id: session.candidate_id,
      assessment_session_id: session.id,
    });
  });

  it('is told to have come by an invitation, with a one-time secret: by a link, and by a code', async () => {
    const session = await sittings.session({ devices: 'several' });
    const byLink = await sittings.come(session);
    const byCode = new UserAgent(server.issuer);
    await byCode.submit(await byCode.open('/candidate/resume'), { code: await sittings.code(session.id) });
    for (const agent of [byLink, byCode]) {
      const { acr, amr } = claimsIn((await sittings.tokens(agent)).id_token);
      assert.deepEqual([acr, amr], ['urn:gatehouse:acr:invitation', ['otp']]);
    }
  });

  it('is told apart in access tokens for any API, where the scope was asked for, and nowhere else', async () => {
    const session = await sittings.session();
    const agent = await sittings.come(session);
    const own = claimsIn((await sittings.apiTokens(agent)).access_token);
    assert.equal(own['scope'], 'assessment');
    const orders = { scope: 'openid assessment orders:read', resource: 'https://api.example.com' };
    const other = claimsIn((await sittings.tokens(agent, orders)).access_token);
    for (const said of [own, other]) {
      assert.equal(said['candidate_id'], session.candidate_id);
      assert.equal(said['assessment_session_id'], session.id);
      assert.equal(said['sid'], own['sid']);
    }
    const without = await sittings.tokens(agent, { scope: 'openid orders:read', resource: 'https://api.example.com' });
    assert.equal(claimsIn(without.access_token)['candidate_id'], undefined);
    assert.equal(claimsIn(without.id_token)['candidate_id'], undefined);
  });

  it('is one device to every application of that browser', async () => {
    const agent = await sittings.come(await sittings.session());
    const first = claimsIn((await sittings.apiTokens(agent)).access_token);
    const second = claimsIn((await sittings.apiTokens(agent, { client_id: 'editor' })).access_token);
    assert.equal(first['sid'], second['sid']);
    assert.notEqual(first['client_id'], second['client_id']);
  });

  it('is told of as a candidate: coming in, coming back in the place of that, and signing out', async () => {
    const session = await sittings.session();
    const agent = await sittings.come(session);
    const back = await agent.submit(await agent.open('/candidate/resume'), { code: await sittings.code(session.id) });
    assert.equal(back.status, 303, back.text);
    await sittings.tokens(agent);
    await agent.submit(await agent.open('/oauth2/logout?client_id=assess'), { logout: 'yes' });
    const events = (await loggedEvents(server.db)).filter(
      ({ subject, type }) => subject === session.candidate_id && String(type).startsWith('identity.'),
    );
    const told = events.map(({ type, data, client_id, actor }) => {
      const { user_id, session_id: _, ...how } = data as Record<string, string>;
      assert.deepEqual([user_id, actor], [session.candidate_id, `candidate:${session.candidate_id}`]);
      return [type, ...Object.values(how), client_id];
    });
    assert.deepEqual(told, [
      ['identity.login.succeeded.v1', 'invitation', 'assess'],
      ['identity.session.ended.v1', 'ended', 'assess'],
      ['identity.login.succeeded.v1', 'resume_code', 'assess'],
      ['identity.session.ended.v1', 'logout', null],
    ]);
  });
});
