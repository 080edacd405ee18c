import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { removeEndedSessions } from '../../../src/candidates/index.ts';
import { disableClient, enableClient } from '../../../src/clients/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { TestDatabaseClock } from '../../support/candidates.ts';
import { dumpDatabase } from '../../support/dump.ts';
import type { TestServer } from '../../support/server.ts';
import { type Sittings, startSittings } from '../../support/sittings.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

describe('the link of an invitation', () => {
  const time = new TestDatabaseClock();
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  before(async () => {
    ({ server, sittings, close } = await startSittings({ databaseClock: time }));
  });
  after(() => close());

  /** What a link says that lets nobody in. */
  const says = async (link: string, heading: string) => {
    const page = await new UserAgent(server.issuer).open(link);
    assert.equal(page.status, 400);
    assert.match(page.text, new RegExp(`<h1>${heading}</h1>`));
  };

  it('[28] is used up by a press, not by whoever opens it', async () => {
    const link = await sittings.invite((await sittings.session()).id);
    for (let scan = 0; scan < 3; scan += 1) {
      const head = await fetch(link, { method: scan === 0 ? 'HEAD' : 'GET' });
      assert.equal(head.status, 200);
    }
    await sittings.arrive(link);
    await says(link, 'This link was used already');
  });

  it('[28] lets one in of fifty who press at once', async () => {
    const session = await sittings.session();
    const link = await sittings.invite(session.id);
    const agents = Array.from({ length: 50 }, () => new UserAgent(server.issuer));
    const pages = await Promise.all(agents.map((agent) => agent.open(link)));
    const answers = await Promise.all(agents.map((agent, at) => agent.submit(pages[at] ?? assert.fail(), {})));
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(
      [statuses.filter((each) => each === 303).length, statuses.filter((each) => each === 400).length],
      [1, 49],
    );
    const stored = await server.db('oidc_artifacts').where({ model: 'Session', account_id: session.candidate_id });
    assert.equal(stored.length, 1);
    const cookies = await Promise.all(agents.map(async (agent) => 'gatehouse_session' in (await agent.cookies())));
    assert.equal(cookies.filter(Boolean).length, 1);
  });

  it('[28] [45] is stored by its digest alone, and so is a code; neither is in the log, before or after its use', async () => {
    const { id } = await sittings.session();
    const link = await sittings.invite(id);
    const token = new URL(link).searchParams.get('token') ?? '';
    const used = await sittings.code(id);
    await sittings.arrive(link);
    const agent = new UserAgent(server.issuer);
    assert.equal((await agent.submit(await agent.open('/candidate/resume'), { code: used })).status, 303);
    const code = await sittings.code(id);
    const dump = await dumpDatabase(server.db);
    assert.match(server.logs(), /candidate\/enter/);
    for (const secret of [token, used, code].flatMap((one) => [one, one.replace('-', '')]))
      for (const [where, text] of [
        ['the database', dump],
        ['the log', server.logs()],
      ] as const)
        assert.ok(!text.includes(secret), `${secret} is in ${where}`);
  });

  it('[35] does nothing without the proof of this browser', async () => {
    const link = await sittings.invite((await sittings.session()).id);
    const token = new URL(link).searchParams.get('token') ?? '';
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(link);
    const forged = await agent.post('/candidate/enter', { token, _csrf: 'forged' });
    assert.equal(forged.status, 400);
    assert.match(forged.text, /open for too long/);
    assert.equal((await agent.submit(page, {})).status, 303);
  });

  it('[14] is nothing else, and nothing else is one', async () => {
    const { id } = await sittings.session();
    const link = await sittings.invite(id);
    const token = new URL(link).searchParams.get('token') ?? '';
    const { status } = await sittings.party.exchange(token, { id: 'assess' });
    assert.equal(status, 400);
    assert.equal((await sittings.refresh(token)).status, 400);
    assert.equal((await sittings.userInfo(token)).status, 401);
    const agent = await sittings.arrive(link);
    const { gatehouse_session = '' } = await agent.cookies();
    const { refresh_token } = await sittings.tokens(agent);
    const code = await sittings.code(id);
    for (const other of [gatehouse_session, refresh_token, code, id, randomUUID(), ''])
      await says(`/candidate/enter?token=${encodeURIComponent(other)}`, 'We don’t know this link');
  });

  it('is too old when its time is up, and sooner when the session’s is', async () => {
    const short = await sittings.invite((await sittings.session()).id, { expires_in: 60 });
    const expiresAt = new Date(Date.now() + time.ahead + 600_000);
    const session = await sittings.session({ expires_at: expiresAt.toISOString() });
    const answer = await sittings.call('POST', `/v1/sessions/${session.id}/invitations`, { client_id: 'assess' });
    assert.equal(answer.body['expires_at'], expiresAt.toISOString());
    time.advance(61);
    await says(short, 'This link is too old');
    time.advance(600);
    await says(String(answer.body['url']), 'This assessment is over');
  });

  it('says so when the session was handed in, or its candidate taken out', async () => {
    const [session, other] = [await sittings.session(), await sittings.session()];
    const links = [await sittings.invite(session.id), await sittings.invite(other.id)];
    await sittings.step(session.id, 'start');
    await sittings.step(session.id, 'submit');
    await sittings.deactivate(other.candidate_id);
    await says(links[0] ?? '', 'This assessment is over');
    await says(links[1] ?? '', 'This invitation was withdrawn');
  });

  it('[33] leaves nobody signed in who is taken out while they press', async () => {
    for (let round = 0; round < 5; round += 1) {
      const session = await sittings.session();
      const agent = new UserAgent(server.issuer);
      const page = await agent.open(await sittings.invite(session.id));
      await Promise.all([agent.submit(page, {}), sittings.deactivate(session.candidate_id)]);
      const left = await server.db('oidc_artifacts').where({ model: 'Session', account_id: session.candidate_id });
      assert.deepEqual(left, [], `round ${round}`);
    }
  });

  it('is not used up where the application is gone, for as long as it is', async () => {
    const link = await sittings.invite((await sittings.session()).id, { client_id: 'editor' });
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(link);
    const clients = {
      db: server.db,
      clock: systemClock,
      endAccess: async () => undefined,
      endTokens: async () => undefined,
    };
    await disableClient(clients, 'editor');
    await until('the server heard of it', async () => (await agent.open(link)).status === 400);
    await says(link, 'This application isn’t there any more');
    assert.match((await agent.submit(page, {})).text, /isn’t there any more/);
    await enableClient(clients, 'editor');
    await until('the server heard of it', async () => (await agent.open(link)).status === 200);
    await sittings.arrive(link);
  });

  it('leads on in the browser that it was used in', async () => {
    const link = await sittings.invite((await sittings.session()).id);
    const page = await (await sittings.arrive(link)).open(link);
    assert.equal(page.status, 200);
    assert.match(page.text, /You’re signed in already/);
    assert.match(page.text, /href="https:\/\/app\.example\/login\?iss=/);
  });

  describe('that was pressed, and whose answer was lost', () => {
    const signIns = (candidateId: string) =>
      server.db('oidc_artifacts').where({ model: 'Session', account_id: candidateId });

    /** Somebody who has pressed, and heard nothing. */
    async function unheard() {
      const session = await sittings.session();
      const link = await sittings.invite(session.id);
      const agent = new UserAgent(server.issuer);
      const page = await agent.open(link);
      assert.equal((await (await agent.twin()).submit(page, {})).status, 303);
      return { session, link, agent };
    }

    it('lets that browser in by another press, to the same sign-in', async () => {
      const { session, link, agent } = await unheard();
      const before = await sittings.arrive(link, agent).then(() => signIns(session.candidate_id));
      assert.equal(before.length, 1);
      const { access_token } = await sittings.apiTokens(agent);
      const step = await sittings.asCandidate(access_token, 'POST', `/v1/sessions/${session.id}/transitions`, {
        event: 'start',
      });
      assert.equal(step.status, 200);
      await says(link, 'This link was used already');
    });

    it('lets it in for ten minutes, and not once that sign-in was ended', async () => {
      const { link, agent } = await unheard();
      time.advance(599);
      assert.equal((await agent.open(link)).status, 200);
      time.advance(1);
      assert.match((await agent.open(link)).text, /This link was used already/);
      const ended = await unheard();
      const page = await ended.agent.open(ended.link);
      await signIns(ended.session.candidate_id).delete();
      assert.match((await ended.agent.submit(page, {})).text, /This link was used already/);
      const { agent: signedOut, link: own } = await unheard();
      await sittings.arrive(own, signedOut);
      await signedOut.submit(await signedOut.open('/oauth2/logout?client_id=assess'), { logout: 'yes' });
      assert.equal((await signedOut.submit(await signedOut.open(own), {})).status, 400);
    });

    it('lets no other in, and leads whoever presses twice to one sign-in', async () => {
      const { link } = await unheard();
      await says(link, 'This link was used already');
      const session = await sittings.session();
      const agent = new UserAgent(server.issuer);
      const own = await sittings.invite(session.id);
      const page = await agent.open(own);
      const answers = await Promise.all(Array.from({ length: 6 }, () => agent.submit(page, {})));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [303]);
      assert.equal((await signIns(session.candidate_id)).length, 1);
      await sittings.apiTokens(agent);
    });
  });

  it('goes with its session, and so does a code', async () => {
    const { id } = await sittings.session();
    await sittings.invite(id);
    await sittings.code(id);
    await sittings.step(id, 'terminate');
    const left = () =>
      Promise.all(['invitations', 'resume_codes'].map((table) => server.db(table).where({ session_id: id })));
    assert.deepEqual(
      (await left()).map(({ length }) => length),
      [1, 1],
    );
    time.advance(2 * 86_400);
    await removeEndedSessions({ db: server.db, time }, 1);
    assert.deepEqual(
      (await left()).map(({ length }) => length),
      [0, 0],
    );
  });

  it('leaves those that were made before good', async () => {
    const { id } = await sittings.session();
    const first = await sittings.invite(id);
    await sittings.arrive(await sittings.invite(id));
    await sittings.arrive(first);
  });
});
