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

  interface Comer {
    readonly session: Sitting;
    /** Without its host, which may be dead. */
    readonly link: string;
    readonly agent: UserAgent;
  }

  /** Somebody with a link, who has not opened it yet. */
  async function comer(): Promise<Comer> {
    const session = await sittings.session();
    const { pathname, search } = new URL(await sittings.invite(session.id));
    return { session, link: pathname + search, agent: new UserAgent(survivor.issuer) };
  }

  it('[R1] [28] the link works, in that browser, or they are signed in: once, wherever the server was killed', async () => {
    const comers: Comer[] = [];
    const options = { databaseUrl: database.url, yaml, env };
    const killedBefore = await killEverywhere(options, await running.folder(), async (issuer) => {
      const { agent, link } = comers[comers.push(await comer()) - 1] ?? assert.fail();
      const page = await agent.open(issuer + link);
      return { send: () => agent.submit(page, {}) };
    });
    for (const step of ['begin;', 'update invitations set', 'update assessment_sessions set', 'commit;', 'committed'])
      assert.ok(killedBefore.includes(step), `${step} is not among ${killedBefore.join(', ')}`);
    const [answered, ...killed] = comers;
    assert.ok(answered && killed.length === killedBefore.length);
    assert.equal((await answered.agent.open(answered.link)).status, 200, 'and leads on');
    for (const { session, link, agent } of killed) {
      await sittings.arrive(link, agent);
      const { access_token } = await sittings.apiTokens(agent);
      const { assessment_session_id, sid } = claimsIn(access_token);
      const row = await survivor.db('assessment_sessions').where({ id: session.id }).first();
      assert.deepEqual([assessment_session_id, row.active_device], [session.id, sid], 'the device that came has it');
      const told = survivor.db('events').where({ type: 'identity.login.succeeded.v1', subject: session.candidate_id });
      assert.equal((await told).length, 1, 'of one sign-in');
      assert.equal((await new UserAgent(survivor.issuer).open(link)).status, 400, 'and nobody else comes in by it');
    }
    await expectInvariants(survivor.db);
  });
});
