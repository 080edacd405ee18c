import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { crontab } from '../../src/jobs/index.ts';
import { wakeWorker } from '../support/jobs.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;

describe('housekeeping', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ jobs: true });
  });
  after(() => server.close());

  const scheduled = [...crontab.matchAll(/^\* \* \* \* \* (\w+) /gm)].map(([, task = '']) => task);

  it('is done every minute, the removal of expired artefacts and revocations too, by tasks that there are', async () => {
    for (const task of ['sweep_artifacts', 'sweep_revocations']) assert.ok(scheduled.includes(task), task);
    const { db } = server;
    const [now, past, soon] = [0, -MINUTE, MINUTE].map((from) => new Date(Date.now() + from));
    const artifact = { model: 'RefreshToken', payload: {} };
    const revocation = { kind: 'jti', revoked_at: now };
    await db('oidc_artifacts').insert([
      { ...artifact, id: randomBytes(32), expires_at: past },
      { ...artifact, id: randomBytes(32), expires_at: soon },
    ]);
    await db('revocations').insert([
      { ...revocation, value: 'past', expires_at: past },
      { ...revocation, value: 'live', expires_at: soon },
    ]);
    // A job whose task nobody has stays queued.
    await db.raw('select graphile_worker.add_job(task) from unnest(?::text[]) as task', [scheduled]);
    await wakeWorker(db);
    await until('each of them was done', async () => {
      const { rows: waiting } = await db.raw(
        'select * from graphile_worker.jobs where task_identifier = any(?) and run_at <= now()',
        [scheduled],
      );
      assert.deepEqual(
        waiting.filter(({ last_error }: { last_error: unknown }) => last_error !== null),
        [],
      );
      return waiting.length === 0;
    });
    assert.deepEqual(await db('oidc_artifacts').where({ model: 'RefreshToken' }).pluck('expires_at'), [soon]);
    assert.deepEqual(await db('revocations').pluck('value'), ['live']);
  });
});
