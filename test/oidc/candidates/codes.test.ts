import assert from 'node:assert/strict';
import { POLICY } from '../../../src/limits/index.ts';
import { TestDatabaseClock } from '../../support/candidates.ts';
import type { TestServer } from '../../support/server.ts';
import { claimsIn, type Sitting, type Sittings, startSittings } from '../../support/sittings.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const RESUME = '/candidate/resume';
/** As many as may come in to one session by code. */
const ENTRIES = 50;
const limits = {
  ...POLICY,
  resume_code: { address: { points: ENTRIES, seconds: 60 }, network: { points: 1000, seconds: 60 } },
};

describe('a resume code', () => {
  const time = new TestDatabaseClock();
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  before(async () => {
    ({ server, sittings, close } = await startSittings({ databaseClock: time, limits }));
  });
  after(() => close());

  /** A session that can be come back to, and the code for it. */
  const coded = async (session?: Sitting) => {
    const { id, candidate_id } = session ?? (await sittings.session());
    await sittings.invite(id);
    return { id, candidate_id, code: await sittings.code(id) };
  };
  const type = async (code: string, agent = new UserAgent(server.issuer)): Promise<Page> =>
    agent.submit(await agent.open(RESUME), { code });
  const isIn = ({ status, location, text }: Page) => {
    assert.equal(status, 303, text);
    assert.match(location ?? '', /^https:\/\/app\.example\/login\?iss=/);
  };
  const isWrong = ({ status, text }: Page) => {
    assert.equal(status, 400, text);
    assert.match(text, /That code doesn’t work/);
  };
  const signIns = (candidateId: string) =>
    server.db('oidc_artifacts').where({ model: 'Session', account_id: candidateId });

  it('[28] lets one browser in of fifty that type it at once', async () => {
    const { candidate_id, code } = await coded();
    const agents = Array.from({ length: 50 }, () => new UserAgent(server.issuer));
    const pages = await Promise.all(agents.map((agent) => agent.open(RESUME)));
    const answers = await Promise.all(agents.map((agent, at) => agent.submit(pages[at] ?? assert.fail(), { code })));
    const refused = answers.filter(({ status }) => status !== 303);
    assert.equal(refused.length, 49);
    refused.forEach(isWrong);
    assert.equal((await signIns(candidate_id)).length, 1);
    const cookies = await Promise.all(agents.map(async (agent) => 'gatehouse_session' in (await agent.cookies())));
    assert.equal(cookies.filter(Boolean).length, 1);
  });

  it('[35] does nothing without the proof of this browser', async () => {
    const { candidate_id, code } = await coded();
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(RESUME);
    for (const proof of [{ _csrf: 'forged' }, {}]) {
      const forged = await agent.post(RESUME, { code, ...proof });
      assert.equal(forged.status, 400);
      assert.match(forged.text, /open for too long/);
    }
    assert.equal((await signIns(candidate_id)).length, 0);
    isIn(await agent.submit(page, { code }));
  });

  describe('that was typed, and whose answer was lost', () => {
    /** Somebody who has typed it, and heard nothing. */
    async function unheard(session?: Sitting) {
      const made = await coded(session);
      const agent = new UserAgent(server.issuer);
      await agent.open(RESUME);
      isIn(await type(made.code, await agent.twin()));
      return { ...made, agent };
    }

    it('lets that browser in once more, to the same sign-in, which has the session', async () => {
      const { id, candidate_id, code, agent } = await unheard();
      isIn(await type(` ${code.toLowerCase()} `, agent));
      assert.equal((await signIns(candidate_id)).length, 1);
      const { access_token } = await sittings.apiTokens(agent);
      assert.equal(claimsIn(access_token)['assessment_session_id'], id);
      const start = { event: 'start' };
      const step = await sittings.asCandidate(access_token, 'POST', `/v1/sessions/${id}/transitions`, start);
      assert.equal(step.status, 200, JSON.stringify(step.body));
    });

    it('[28] lets no other browser in', async () => {
      const { code, candidate_id, agent } = await unheard();
      isWrong(await type(code));
      isIn(await type(code, agent));
      isWrong(await type(code));
      assert.equal((await signIns(candidate_id)).length, 1);
    });

    it('lets it in for ten minutes', async () => {
      const { code, agent } = await unheard();
      time.advance(599);
      isIn(await type(code, agent));
      time.advance(1);
      isWrong(await type(code, agent));
    });

    it('lets it in for as long as that sign-in is there, and nobody else’s', async () => {
      const ended = await unheard();
      await signIns(ended.candidate_id).delete();
      isWrong(await type(ended.code, ended.agent));
      const left = await unheard();
      isIn(await type(left.code, left.agent));
      await left.agent.submit(await left.agent.open('/oauth2/logout?client_id=assess'), { logout: 'yes' });
      isWrong(await type(left.code, left.agent));
      const lent = await unheard();
      const other = await sittings.session();
      await sittings.arrive(await sittings.invite(other.id), lent.agent);
      isWrong(await type(lent.code, lent.agent));
      assert.equal(claimsIn((await sittings.tokens(lent.agent)).id_token)['sub'], other.candidate_id);
    });

    it('lets nobody in once the session is over', async () => {
      const { id, code, agent } = await unheard();
      await sittings.step(id, 'terminate');
      isWrong(await type(code, agent));
    });

    it('lets nobody in once there is a newer one', async () => {
      const first = await unheard();
      const code = await sittings.code(first.id);
      isWrong(await type(first.code, first.agent));
      isIn(await type(code, first.agent));
    });

    it('leads whoever sends it several times to one sign-in, and counts that once', async () => {
      const { candidate_id, code } = await coded();
      const agent = new UserAgent(server.issuer);
      const page = await agent.open(RESUME);
      const answers = await Promise.all(Array.from({ length: 6 }, () => agent.submit(page, { code })));
      answers.forEach(isIn);
      assert.equal((await signIns(candidate_id)).length, 1);
      for (let again = 0; again < ENTRIES; again += 1) isIn(await agent.submit(page, { code }));
      await sittings.apiTokens(agent);
    });
  });
});
