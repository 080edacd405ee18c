import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { ATTEMPTS } from '../../src/mail/queue.ts';
import { wakeWorker } from '../support/jobs.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { Running, type RunningProcess } from '../support/running.ts';
import { until } from '../support/until.ts';
import { UserAgent } from '../support/user-agent.ts';

/** A mail server that takes connections and never says a word: whoever talks to it is in the midst of a try. */
async function startMute(port: number): Promise<{ caught(): boolean; stop(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { caught: () => sockets.size > 0, stop };
}

describe('faults: kill -9 while a mail is sent', function () {
  this.timeout(60_000);
  const running = new Running();
  let database: TestDatabase;
  let db: Knex;
  let mails: MailServer | undefined;
  let start: () => Promise<RunningProcess>;
  let issuer: string;
  let smtpPort: number;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 2 });
    const [cwd, port] = [await running.folder(), await freePort()];
    smtpPort = await freePort();
    issuer = `http://localhost:${port}`;
    await writeFile(join(cwd, 'gatehouse.yaml'), 'require_verified_email: true');
    const env = {
      PORT: String(port),
      DATABASE_URL: database.url,
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      LOG_LEVEL: 'silent',
    };
    start = async () => {
      const server = running.run(['start'], cwd, env);
      await server.ready();
      return server;
    };
  });
  afterEach(async () => {
    await running.endAll();
    await mails?.stop();
    mails = undefined;
    await db.destroy();
    await database.drop();
  });

  const theMail = () => db('mails').first();
  const theJob = () => db('graphile_worker.jobs').where({ task_identifier: 'send_mail' }).first();
  /** What a job of the schedule does, without waiting for its minute. */
  async function run(task: string): Promise<void> {
    const { rows } = await db.raw('select (graphile_worker.add_job(?)).id', [task]);
    await until(task, async () => !(await db('graphile_worker.jobs').where({ id: rows[0].id }).first()));
  }

  /** Somebody registers; the server is killed while it sends the mail, at its try number `attempt`. */
  async function killedAtTry(attempt: number): Promise<void> {
    const server = await start();
    const agent = new UserAgent(issuer);
    const page = await agent.submit(await agent.open('/account/register'), { email: newEmail(), password: PASSWORD });
    assert.match(page.text, /Check your mail/);
    await until('a first try has failed', async () => (await theMail())?.attempts === 1 && !(await theJob()).locked_at);
    const mute = await startMute(smtpPort);
    await db('mails').update({ attempts: attempt - 1 });
    await db('graphile_worker._private_jobs')
      .where({ key: (await theMail()).id })
      .update({ attempts: attempt - 1, run_at: db.fn.now() });
    await wakeWorker(db);
    await until('it is being sent', () => mute.caught());
    server.kill('SIGKILL');
    await server.ended();
    mute.stop();
    const { locked_at, attempts } = await theJob();
    assert.deepEqual([(await theMail()).state, locked_at !== null, attempts], ['queued', true, attempt]);
  }
  /** Long enough that nobody who lives could have the job in hand. */
  const waitSixMinutes = () =>
    db.raw(`update graphile_worker._private_jobs set locked_at = locked_at - interval '6 minutes'`);

  it('in its very last try: the mail has failed for good, and can be seen; nothing of it is kept', async () => {
    await killedAtTry(ATTEMPTS);
    await start();
    await run('sweep_mails');
    assert.equal((await theMail()).state, 'queued', 'somebody may be at it');
    await waitSixMinutes();
    await run('tidy_jobs');
    await run('sweep_mails');
    const { state, last_error } = await theMail();
    assert.deepEqual([state, await theJob()], ['failed', undefined]);
    assert.match(last_error, /ECONNREFUSED/);
    const metrics = await (await fetch(`${issuer}/metrics`)).text();
    assert.match(metrics, /^mails_total\{result="failed"\} 1$/m);
  });

  it('in another try: the mail is sent by the next process, without waiting for hours', async () => {
    await killedAtTry(3);
    mails = await startMailServer(smtpPort);
    await start();
    await waitSixMinutes();
    await run('tidy_jobs');
    await wakeWorker(db);
    await until('it is sent', async () => (await theMail()).state === 'sent');
    assert.equal(mails.received.length, 1);
    await until('its job is done', async () => (await theJob()) === undefined);
    await run('sweep_mails');
    assert.equal((await theMail()).state, 'sent');
  });
});
