import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { freePort } from '../support/ports.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { UserAgent } from '../support/user-agent.ts';

const PEOPLE = 20;
const yaml = 'require_verified_email: true';

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

/** How many mails are in a state, each after its number of tries. */
const mailsIn = async ({ db }: TestServer, state: string) => (await db('mails').where({ state })).length;

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
  const mailed = await server.db('mails').distinct('user_id');
  assert.equal(mailed.length, (await server.db('users')).length);
}

describe('faults: mail', function () {
  this.timeout(90_000);
  let port: number;
  let server: TestServer;
  let mails: MailServer | undefined;
  beforeEach(async () => {
    port = await freePort();
    server = await startServer({ yaml, jobs: true, env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  });
  afterEach(async () => {
    await server.close();
    await mails?.stop();
    mails = undefined;
  });

  it('the mail server is away while people register, and back: each mail goes out, once', async () => {
    const emails = await registerAll(server);
    await until('every mail was tried', async () => {
      const rows = await server.db('mails').where('attempts', '>', 0).whereLike('last_error', '%ECONNREFUSED%');
      return rows.length === PEOPLE;
    });
    assert.equal(await mailsIn(server, 'queued'), PEOPLE);
    mails = await startMailServer(port);
    await expectAllSent(server, mails, emails);
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

  it('[R9] the mail server is mute: pages, tokens and requests for mails are answered as ever', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
    try {
      const emails = await registerAll(server);
      await until('the worker is at it', () => sockets.size > 0);
      const begin = Date.now();
      const agent = new UserAgent(server.issuer);
      const page = await agent.submit(await agent.open('/account/forgot-password'), { email: emails[0] ?? '' });
      const ready = await fetch(`${server.issuer}/readyz`);
      assert.deepEqual([page.status, ready.status], [200, 200]);
      assert.ok(Date.now() - begin < 3000, 'as fast as ever');
      await until(
        'a try has ended',
        async () => (await server.db('mails').whereNotNull('last_error')).length > 0,
        20_000,
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      mute.close();
    }
  });
});
