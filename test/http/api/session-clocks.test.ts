import assert from 'node:assert/strict';
import { crontab } from '../../../src/jobs/index.ts';
import { platform, type SessionCaller, TestDatabaseClock } from '../../support/candidates.ts';
import { wakeWorker } from '../../support/jobs.ts';
import { operatorDeclaration as yaml } from '../../support/operator.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

describe('sessions on two nodes whose clocks differ', () => {
  const env = { ASSESSMENT_RETENTION_DAYS: '30', MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
  const clock = new TestClock();
  const ahead = new TestClock();
  const time = new TestDatabaseClock();
  let database: TestDatabase;
  let nodes: TestServer[];
  let callers: SessionCaller[];
  before(async () => {
    ahead.advance(30);
    database = await createTestDatabase();
    const options = { yaml, env, databaseUrl: database.url, databaseClock: time };
    nodes = [await startServer({ ...options, clock }), await startServer({ ...options, clock: ahead, jobs: true })];
    callers = await Promise.all(nodes.map((node) => platform(node)));
  });
  after(async () => {
    for (const node of nodes) await node.close();
    await database.drop();
  });

  it('end when the database says, however their own clocks jump', async () => {
    const [first, second] = callers;
    assert.ok(first && second);
    const { id } = await first.started({ duration_seconds: 60 });
    const byMoment = await second.started({
      assessment: 'by a moment',
      expires_at: new Date(Date.now() + time.ahead + 60_000).toISOString(),
    });
    const seen = () =>
      Promise.all(
        callers.flatMap((caller) =>
          [id, byMoment.id].map(async (each) => {
            const { state, remaining_seconds } = await caller.read(each);
            return `${state}, ${Math.ceil(Number(remaining_seconds) / 5) * 5} s`;
          }),
        ),
      );
    const all = (expected: string) => Array.from({ length: 4 }, () => expected);
    let version = 1;
    for (const jump of [300, -600, 300]) {
      clock.advance(jump);
      assert.deepEqual(await seen(), all('in_progress, 60 s'), `a jump of ${jump} s`);
      for (const caller of callers) {
        assert.equal((await caller.save(id, version, { version })).status, 200);
        version += 1;
      }
    }
    time.advance(30);
    assert.deepEqual(await seen(), all('in_progress, 30 s'));
    time.advance(30);
    assert.deepEqual(await seen(), all('expired, 0 s'));
    for (const caller of callers) assert.equal((await caller.save(id, version, { late: true })).status, 409);
  });

  it('are ended by no job before that, also where it runs on the node that is 30 s ahead', async () => {
    const [first] = nodes;
    const [service] = callers;
    assert.ok(first && service);
    const ids: string[] = [];
    const sessions = () => first.db('assessment_sessions').whereIn('id', ids);
    for (const left of [0, 2, 5, 10, 20, 29, 30]) ids.push((await service.started({ duration_seconds: 60 + left })).id);
    time.advance(60);
    await first.db.raw(`select graphile_worker.add_job('expire_sessions')`);
    await wakeWorker(first.db);
    await until('it has ended what is overdue', async () => (await sessions().where({ state: 'expired' })).length > 0);
    const now = first.db.raw(`statement_timestamp() + ? * interval '1 ms'`, [time.ahead]);
    assert.deepEqual(await sessions().where({ state: 'expired' }).where('ended_at', '>', now), []);
    const states = await sessions().whereIn('id', ids.slice(-3)).pluck('state');
    assert.deepEqual(states, ['in_progress', 'in_progress', 'in_progress'], 'those of 20 s and more');
  });

  it('are removed by a job, so many days from their end', async () => {
    const [first] = nodes;
    const session = await callers[0]?.started({ duration_seconds: 60 });
    assert.ok(first && session);
    await callers[0]?.step(session.id, 'submit');
    const left = () => first.db('assessment_sessions').where({ id: session.id });
    const [, reader] = callers;
    time.advance(31 * 86_400);
    await first.db.raw(`select graphile_worker.add_job('remove_sessions')`);
    await wakeWorker(first.db);
    await until('it is gone', async () => (await left()).length === 0);
    assert.equal((await reader?.call('GET', `/v1/sessions/${session.id}`))?.status, 404);
    assert.equal((await reader?.call('GET', `/v1/sessions/${session.id}/history`))?.status, 404);
    for (const task of ['expire_sessions', 'remove_sessions'])
      assert.match(crontab, new RegExp(`^\\* .* ${task} `, 'm'));
  });

  it('are ended by the job, which runs every half minute: also those that nobody reads', async () => {
    const [first] = nodes;
    const session = await callers[0]?.started({ duration_seconds: 60 });
    assert.ok(first && session);
    const row = () => first.db('assessment_sessions').where({ id: session.id }).first();
    time.advance(61);
    assert.equal((await row()).state, 'in_progress', 'nobody has looked yet');
    await first.db.raw(`select graphile_worker.add_job('expire_sessions')`);
    await wakeWorker(first.db);
    await until('it has expired', async () => (await row()).state === 'expired');
    const queued = () =>
      first.db.raw(
        `select run_at <= now() + interval '31 seconds' as soon from graphile_worker.jobs where key = 'expire_sessions half'`,
      );
    const half = await until('the next one is queued', async () => (await queued()).rows[0]);
    assert.equal(half.soon, true);
    await first.db.raw(`update graphile_worker._private_jobs set run_at = now() where key = 'expire_sessions half'`);
    await wakeWorker(first.db);
    await until('it has run, and queues none after itself', async () => (await queued()).rows.length === 0);
  });
});
