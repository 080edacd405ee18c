import assert from 'node:assert/strict';
import { expectInvariants } from '../support/invariants.ts';
import { killEverywhere } from '../support/kill-everywhere.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { claimsIn, type Sitting, Sittings, assessmentDeclaration as yaml } from '../support/sittings.ts';
import { UserAgent } from '../support/user-agent.ts';

const env = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };

describe('faults: kill -9 while a candidate comes in', function () {
  this.timeout(60_000);
  const running = new Running();
  let database: TestDatabase;
  let survivor: TestServer;
  let sittings: Sittings;
  before(async () => {
    database = await createTestDatabase();
    survivor = await startServer({ databaseUrl: database.url, yaml, env });
    sittings = new Sittings(survivor);
  });
  after(async () => {
    await survivor.close();
    await running.endAll();
    await database.drop();
  });

  /** How somebody comes in: by a page of ours, and what they send there. */
  interface Way {
    /** Without its host, which may be dead. */
    readonly path: string;
    readonly fields: Readonly<Record<string, string>>;
  }
  interface Comer extends Way {
    readonly session: Sitting;
    readonly agent: UserAgent;
  }

  async function byLink({ id }: Sitting): Promise<Way> {
    const { pathname, search } = new URL(await sittings.invite(id));
    return { path: pathname + search, fields: {} };
  }

  async function byCode({ id }: Sitting): Promise<Way> {
    const code = await sittings.code(id, { client_id: 'assess' });
    return { path: '/candidate/resume', fields: { code } };
  }

  /** What they get who try: the answer to the form, where there is one. */
  async function tries(agent: UserAgent, { path, fields }: Way): Promise<number> {
    const page = await agent.open(path);
    return page.text.includes('<form') ? (await agent.submit(page, fields)).status : page.status;
  }

  for (const { what, way, use, again } of [
    { what: 'link', way: byLink, use: 'update invitations set', again: 200 },
    { what: 'code', way: byCode, use: 'update resume_codes set', again: 303 },
  ])
    it(`[R1] [28] the ${what} works, in that browser, or they are signed in: once, wherever the server was killed`, async () => {
      const comers: Comer[] = [];
      const options = { databaseUrl: database.url, yaml, env };
      const killedBefore = await killEverywhere(options, await running.folder(), async (issuer) => {
        const session = await sittings.session();
        const comer = { session, ...(await way(session)), agent: new UserAgent(survivor.issuer) };
        comers.push(comer);
        const page = await comer.agent.open(issuer + comer.path);
        return { send: () => comer.agent.submit(page, comer.fields) };
      });
      for (const step of ['begin;', use, 'update assessment_sessions set', 'commit;', 'committed'])
        assert.ok(killedBefore.includes(step), `${step} is not among ${killedBefore.join(', ')}`);
      const [answered, ...killed] = comers;
      assert.ok(answered && killed.length === killedBefore.length);
      assert.equal(await tries(answered.agent, answered), again, 'and leads on');
      for (const { session, agent, ...comer } of killed) {
        assert.equal(await tries(agent, comer), 303);
        const { access_token } = await sittings.apiTokens(agent);
        const { assessment_session_id, sid } = claimsIn(access_token);
        const row = await survivor.db('assessment_sessions').where({ id: session.id }).first();
        assert.deepEqual([assessment_session_id, row.active_device], [session.id, sid], 'the device that came has it');
        const told = survivor
          .db('events')
          .where({ type: 'identity.login.succeeded.v1', subject: session.candidate_id });
        assert.equal((await told).length, 1, 'of one sign-in');
        assert.equal(await tries(new UserAgent(survivor.issuer), comer), 400, 'and nobody else comes in by it');
      }
      await expectInvariants(survivor.db);
    });
});
