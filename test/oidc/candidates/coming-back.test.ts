import assert from 'node:assert/strict';
import { POLICY } from '../../../src/limits/index.ts';
import { TestDatabaseClock } from '../../support/candidates.ts';
import type { TestServer } from '../../support/server.ts';
import { claimsIn, LOGIN, type Sittings, startSittings } from '../../support/sittings.ts';
import { UserAgent } from '../../support/user-agent.ts';

const TRIES = 30;
const limits = {
  ...POLICY,
  resume_code: { address: { points: 3, seconds: 60 }, network: { points: TRIES, seconds: 60 } },
};

describe('a candidate who comes back', () => {
  const time = new TestDatabaseClock();
  let networks = 0;
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  before(async () => {
    const env = { TRUST_PROXY: '127.0.0.1/32' };
    ({ server, sittings, close } = await startSittings({ databaseClock: time, limits, env }));
  });
  after(() => close());
  /** Limits count each test for itself. */
  beforeEach(() => {
    networks += 1;
  });

  const browser = () => new UserAgent(server.issuer, { 'x-forwarded-for': `192.0.2.${networks}` });

  const type = async (code: string, agent = browser()) => {
    const page = await agent.submit(await agent.open('/candidate/resume'), { code });
    return { agent, page };
  };
  const comesIn = async (code: string): Promise<UserAgent> => {
    const { agent, page } = await type(code);
    assert.equal(page.status, 303, page.text);
    assert.ok(page.location?.startsWith(`${LOGIN}?iss=`));
    return agent;
  };
  const isWrong = async (code: string) => {
    const { page } = await type(code);
    assert.equal(page.status, 400);
    assert.match(page.text, /That code doesn’t work/);
  };
  const save = async (agent: UserAgent, id: string, version: number) => {
    const { access_token } = await sittings.apiTokens(agent);
    return sittings.asCandidate(access_token, 'PUT', `/v1/sessions/${id}/state-data`, { at: version }, `"${version}"`);
  };

  it('on the same device, is signed in without a page, whatever they did to come', async () => {
    const session = await sittings.session();
    for (const agent of [await sittings.come(session), await comesIn(await sittings.code(session.id))]) {
      const { id_token } = await sittings.tokens(agent);
      assert.equal(claimsIn(id_token)['assessment_session_id'], session.id);
    }
  });

  it('by a code that is typed as it is read, once', async () => {
    const session = await sittings.session();
    await sittings.invite(session.id);
    const code = await sittings.code(session.id);
    assert.match(code, /^[B-Z2-9]{4}-[B-Z2-9]{4}$/);
    await comesIn(` ${code.toLowerCase().replace('-', ' ')} `);
    await isWrong(code);
  });

  it('by the newest code alone, while it is new', async () => {
    const session = await sittings.session();
    await sittings.invite(session.id);
    const [first, second] = [await sittings.code(session.id), await sittings.code(session.id, { expires_in: 60 })];
    await isWrong(first);
    time.advance(61);
    await isWrong(second);
  });

  it('[30] tries codes so many times from a network, right ones too, and one session’s no oftener', async () => {
    const session = await sittings.session({ devices: 'several' });
    await sittings.invite(session.id);
    for (let time = 0; time < 3; time += 1) await comesIn(await sittings.code(session.id));
    const fourth = await type(await sittings.code(session.id));
    assert.equal(fourth.page.status, 429);
    assert.ok(Number(fourth.page.headers.get('retry-after')) > 0);
    // Each right one has counted twice.
    for (let tried = 8; tried < TRIES; tried += 1) await isWrong('BCDF-GHJK');
    const last = await type('BCDF-GHJK');
    assert.equal(last.page.status, 429);
    assert.match(last.page.text, /Too many codes/);
  });

  it('does not try by what cannot be a code', async () => {
    for (let tried = 0; tried <= TRIES; tried += 1) {
      const { page } = await type('AEIO-0111');
      assert.match(page.text, /A code has eight letters and digits/);
    }
  });

  it('on another device takes the session over: the one before is told so', async () => {
    const session = await sittings.session();
    await sittings.step(session.id, 'start');
    const older = await sittings.come(session);
    assert.equal((await save(older, session.id, 1)).status, 200);
    const newer = await sittings.come(session);
    const refused = await save(older, session.id, 2);
    assert.deepEqual([refused.status, refused.body['code']], [409, 'taken_over']);
    const { access_token } = await sittings.apiTokens(older);
    assert.equal((await sittings.asCandidate(access_token, 'GET', `/v1/sessions/${session.id}`)).status, 200);
    assert.equal((await save(newer, session.id, 2)).status, 200);
    await comesIn(await sittings.code(session.id));
    assert.equal((await save(newer, session.id, 3)).body['code'], 'taken_over');
  });

  it('works on several devices where the session says so', async () => {
    const session = await sittings.session({ devices: 'several' });
    await sittings.step(session.id, 'start');
    const [older, newer] = [await sittings.come(session), await sittings.come(session)];
    assert.equal((await save(older, session.id, 1)).status, 200);
    assert.equal((await save(newer, session.id, 2)).status, 200);
    assert.equal((await save(older, session.id, 3)).status, 200);
  });

  it('is told on the page that another device has the session', async () => {
    const session = await sittings.session();
    const link = await sittings.invite(session.id);
    const page = () => browser().open(link);
    assert.doesNotMatch((await page()).text, /another device/);
    const agent = await sittings.come(session);
    assert.match((await page()).text, /You’ve been working on another device/);
    assert.doesNotMatch((await agent.open(link)).text, /another device/);
  });
});
