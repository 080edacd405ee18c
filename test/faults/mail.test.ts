import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { declaration, SECRET } from '../support/declaration.ts';
import { expectInvariants } from '../support/invariants.ts';
import { wakeWorker } from '../support/jobs.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { freePort } from '../support/ports.ts';
import { newEmail, PASSWORD, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestClock } from '../support/test-clock.ts';
import { until } from '../support/until.ts';
import { UserAgent } from '../support/user-agent.ts';

const PEOPLE = 20;
const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');

async function registerAll(server: TestServer): Promise<string[]> {
  const emails = Array.from({ length: PEOPLE }, () => newEmail());
  const pages = emails.map(async (email) => {
    const agent = new UserAgent(server.issuer);
    return agent.submit(await agent.open('/account/register'), { email, password: PASSWORD });
  });
  for (const { text } of await Promise.all(pages)) assert.match(text, /Check your mail/);
  return emails;
}

/** Instead of waiting for the worker's next try. */
const retryNow = ({ db }: TestServer) =>
  db.raw('update graphile_worker._private_jobs set run_at = now() where locked_at is null');

/** A minute goes by, for the server and for its queue, which has the database's clock; what is due then is done. */
async function passMinute({ db }: TestServer, clock: TestClock): Promise<void> {
  clock.advance(60);
  await db.raw(`update graphile_worker._private_jobs set run_at = run_at - interval '1 minute'`);
  await wakeWorker(db);
  await until('what is due was done', async () => {
    const { rows } = await db.raw(
      'select from graphile_worker.jobs where (run_at <= now() and attempts < max_attempts) or locked_at is not null',
    );
    return rows.length === 0;
  });
}

/** How often each mail was tried. */
const tries = ({ db }: TestServer): Promise<number[]> => db('mails').pluck('attempts');

/** How many mails are in a state. */
const mailsIn = async ({ db }: TestServer, state: string) => (await db('mails').where({ state })).length;

const jobsFor = async ({ db }: TestServer, task: string) =>
  (await db('graphile_worker.jobs').where({ task_identifier: task })).length;

/** No orphan, no double: each person has one mail, sent; no job is left. */
async function expectAllSent(server: TestServer, mails: MailServer, emails: readonly string[]): Promise<void> {
  await until(
    'every mail is sent',
    async () => {
      await retryNow(server);
      return (await mailsIn(server, 'sent')) === emails.length;
    },
    30_000,
  );
  assert.deepEqual(mails.received.map(({ to }) => to).sort(), [...emails].sort());
  assert.equal(new Set(mails.received.map((mail) => mail.header('Message-ID'))).size, emails.length);
  await until('no job is left', async () => (await server.db('graphile_worker._private_jobs')).length === 0);
  await expectInvariants(server.db);
  const mailed = await server.db('mails').distinct('user_id');
  assert.equal(mailed.length, (await server.db('users')).length);
}

describe('faults: mail', function () {
  this.timeout(90_000);
  let port: number;
  let server: TestServer;
  let clock: TestClock;
  let mails: MailServer | undefined;
  beforeEach(async () => {
    port = await freePort();
    clock = new TestClock();
    server = await startServer({ yaml, clock, jobs: true, env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  });
  afterEach(async () => {
    await server.close();
    await mails?.stop();
    mails = undefined;
  });

  it('the mail server is away for ten minutes while people register, and back: each mail goes out soon after, once, and its link works', async () => {
    const emails = await registerAll(server);
    await until('every mail was tried', async () => (await tries(server)).every((count) => count > 0));
    for (let minute = 0; minute < 10; minute += 1) await passMinute(server, clock);
    assert.equal(await mailsIn(server, 'queued'), PEOPLE);
    const tried = await tries(server);
    assert.ok(
      tried.every((count) => count >= 4 && count <= 8),
      `growing pauses: ${tried.join(', ')} tries`,
    );
    mails = await startMailServer(port);
    let minutes = 0;
    while ((await mailsIn(server, 'sent')) < PEOPLE && minutes < 10) {
      await passMinute(server, clock);
      minutes += 1;
    }
    assert.ok(minutes <= 8, `${minutes} minutes later`);
    await expectAllSent(server, mails, emails);
    const [link = ''] = /https?:\S+verify-email\S+/.exec(mails.received[0]?.text ?? '') ?? [];
    const agent = new UserAgent(server.issuer);
    assert.equal((await agent.submit(await agent.open(link), {})).status, 200);
    assert.equal((await server.db('users').where({ email_verified: true })).length, 1);
  });

  it('the mail server is away for half an hour: a link that has expired meanwhile is not sent, and its mail is seen to have failed; one of a day is sent', async () => {
    const email = newEmail();
    const agent = new UserAgent(server.issuer);
    await agent.submit(await agent.open('/account/register'), { email, password: PASSWORD });
    await agent.submit(await agent.open('/account/forgot-password'), { email });
    const stateOf = async (kind: string) => (await server.db('mails').where({ kind }).first())?.state;
    await until('both were tried', async () => {
      const counts = await tries(server);
      return counts.length === 2 && counts.every((count) => count > 0);
    });
    clock.advance(31 * 60);
    mails = await startMailServer(port);
    await until('the link of half an hour has expired', async () => {
      await retryNow(server);
      return (await stateOf('reset-password')) === 'failed' && (await stateOf('verify-email')) === 'sent';
    });
    const [{ last_error } = { last_error: '' }] = await server.db('mails').where({ kind: 'reset-password' });
    assert.match(last_error, /^expired: .*ECONNREFUSED/);
    assert.equal(mails.received.length, 1);
    await until('no job is left', async () => (await server.db('graphile_worker._private_jobs')).length === 0);
  });

  it('the mail server refuses every mail for a time: each goes out, once', async () => {
    mails = await startMailServer(port);
    mails.refuse('come back later');
    const emails = await registerAll(server);
    await until('every mail was refused', async () => {
      const rows = await server.db('mails').whereLike('last_error', '%come back later%');
      return rows.length === PEOPLE;
    });
    mails.refuse(undefined);
    await expectAllSent(server, mails, emails);
  });

  it('[R9] the mail server is mute: pages, tokens and requests for mails are answered as ever, and other jobs wait for no mail', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
    try {
      const emails = await registerAll(server);
      await until('the worker has all the mails in hand that it takes at once', () => sockets.size === 4);
      const party = new RelyingParty(server.issuer);
      const token = await party.token(
        { grant_type: 'client_credentials', resource: 'https://api.example.com' },
        { id: 'service', secret: SECRET },
      );
      assert.equal(token.status, 200, JSON.stringify(token.body));
      const agent = new UserAgent(server.issuer);
      const page = await agent.submit(await agent.open('/account/forgot-password'), { email: emails[0] ?? '' });
      await server.db.raw(`select graphile_worker.add_job('tell_client', '{"client_id": "gone"}')`);
      await until(
        'the mail that was asked for is queued',
        async () => (await mailsIn(server, 'queued')) > PEOPLE,
        3000,
      );
      await until('the application was told', async () => !(await jobsFor(server, 'tell_client')), 3000);
      const ready = await fetch(`${server.issuer}/readyz`);
      assert.deepEqual([page.status, ready.status], [200, 200]);
      assert.deepEqual(await server.db('mails').whereNotNull('last_error'), [], 'nobody waited for a try to end');
    } finally {
      for (const socket of sockets) socket.destroy();
      mute.close();
    }
  });
});
