import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import { smtpTransport } from '../../../adapters/smtp/index.ts';
import { createMailRenderer } from '../../../src/http/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { type DeliveryParts, deliverMail, type Mail, type MailJob, queueMail } from '../../../src/mail/index.ts';
import { ATTEMPTS } from '../../../src/mail/queue.ts';
import { accountParts, enrol, queuedJobs } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { dumpDatabase, occurrences } from '../../support/dump.ts';
import { type MailServer, startMailServer } from '../../support/mail-server.ts';

const viewsDir = fileURLToPath(new URL('../../../views', import.meta.url));
const TOKEN = 'the-token-of-a-link-that-opens-an-account';
const LINK = `https://id.example.com/account/verify-email?token=${TOKEN}`;
const CODE = '918273';

describe('delivering a mail', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let smtp: MailServer;
  let parts: DeliveryParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    smtp = await startMailServer();
    parts = {
      db,
      clock: systemClock,
      masterKeys: [randomBytes(32)],
      render: createMailRenderer({ viewsDir, production: true }),
      transport: await smtpTransport(smtp.url, 'Example Inc. <no-reply@example.com>'),
      host: 'id.example.com',
    };
  });
  after(async () => {
    parts.transport.close();
    await smtp.stop();
    await close();
  });

  let people = 0;
  const mailTo = (to: string): Mail => ({
    kind: 'verify-email',
    to,
    locale: undefined,
    userId: undefined,
    locals: { email: to, link: LINK, code: CODE },
  });
  /** Queues a mail to somebody, of use for so many milliseconds; its job. */
  async function queue(useful?: number): Promise<{ job: MailJob; to: string }> {
    people += 1;
    const to = `reader-${people}@example.com`;
    const usefulFor = useful === undefined ? {} : { usefulUntil: new Date(Date.now() + useful) };
    await db.transaction((transaction) => queueMail(transaction, parts, { ...mailTo(to), ...usefulFor }));
    const job = (await queuedJobs<MailJob>(db, 'send_mail')).at(-1);
    assert.ok(job);
    return { job, to };
  }
  const stateOf = async ({ id }: MailJob) => {
    const { state, attempts, last_error, sent_at } = await db('mails').where({ id }).first();
    return { state, attempts, error: last_error, sent: sent_at !== null };
  };
  const arrived = (to: string) => smtp.received.filter((mail) => mail.to === to);

  it('sends it to its reader, from our address, as text and HTML, and as sent by a machine', async () => {
    const { job, to } = await queue();
    await deliverMail(parts, job);
    const [mail, ...more] = arrived(to);
    assert.ok(mail && more.length === 0);
    assert.equal(mail.from, 'no-reply@example.com');
    assert.match(mail.header('From'), /^"?Example Inc\."? <no-reply@example\.com>$/);
    assert.equal(mail.header('To'), to);
    assert.equal(mail.header('Auto-Submitted'), 'auto-generated');
    assert.equal(mail.header('Message-ID'), `<${job.id}@id.example.com>`);
    assert.match(mail.header('Subject'), /Confirm/);
    assert.match(mail.header('Content-Type'), /^multipart\/alternative/);
    for (const part of ['Content-Type: text/plain', 'Content-Type: text/html', LINK, CODE])
      assert.ok(mail.text.includes(part), part);
    assert.deepEqual(await stateOf(job), { state: 'sent', attempts: 1, error: null, sent: true });
  });

  it('is not sent, and has failed, when it is of no use any more; why it could not be sent before stays', async () => {
    const [soon, late] = [await queue(60_000), await queue(60_000)];
    smtp.refuse('the disk is full');
    for (const { job } of [soon, late]) await assert.rejects(deliverMail(parts, job));
    smtp.refuse(undefined);
    const results: string[] = [];
    const at = (seconds: number): DeliveryParts => ({
      ...parts,
      clock: { now: () => new Date(Date.now() + seconds * 1000) },
      onResult: (result) => results.push(result),
    });
    await deliverMail(at(50), soon.job);
    for (let run = 0; run < 2; run += 1) await deliverMail(at(60), late.job);
    assert.deepEqual(results, ['sent', 'failed']);
    assert.deepEqual([arrived(soon.to).length, arrived(late.to).length], [1, 0]);
    const { state, attempts, error, sent } = await stateOf(late.job);
    assert.deepEqual([state, attempts, sent], ['failed', 1, false]);
    assert.match(error, /^expired: .*the disk is full/);
  });

  it('does nothing when it is run again after the mail was sent', async () => {
    const { job, to } = await queue();
    for (let run = 0; run < 3; run += 1) await deliverMail(parts, job);
    assert.equal(arrived(to).length, 1);
    assert.equal((await stateOf(job)).attempts, 1);
  });

  it('[29] drops what comes too soon after another of its kind, which is queued as any other is', async () => {
    const accounts = accountParts(db, systemClock, Buffer.from(parts.masterKeys[0] ?? []));
    const [user, other] = [await enrol(accounts), await enrol(accounts)];
    const pause = 60_000;
    const at = async (seconds: number, userId: string) => {
      const clock = { now: () => new Date(Date.now() + seconds * 1000) };
      const mail = { ...mailTo(user.email), userId };
      await db.transaction((transaction) => queueMail(transaction, { ...parts, clock }, mail, { pause }));
      return (await queuedJobs<MailJob>(db, 'send_mail')).at(-1) as MailJob;
    };
    await db('mails').whereIn('user_id', [user.userId, other.userId]).delete();
    const [first, soon, others, later] = [
      await at(0, user.userId),
      await at(30, user.userId),
      await at(30, other.userId),
      await at(61, user.userId),
    ];
    for (const job of [soon, first, others, later, soon]) await deliverMail(parts, job);
    const kept = await db('mails').whereIn('user_id', [user.userId, other.userId]).where({ state: 'sent' }).pluck('id');
    assert.deepEqual(kept.sort(), [first.id, others.id, later.id].sort());
    assert.equal(await db('mails').where({ id: soon.id }).first(), undefined);
    assert.equal(arrived(user.email).length, 3);
  });

  it('keeps the reason of a failure, throws it, and sends with the same Message-ID later', async () => {
    const { job, to } = await queue();
    smtp.refuse('the disk is full');
    await assert.rejects(deliverMail(parts, job), /disk is full/);
    const failed = await stateOf(job);
    assert.match(failed.error, /451.*the disk is full/);
    assert.deepEqual([failed.state, failed.attempts, failed.sent], ['queued', 1, false]);
    smtp.refuse(undefined);
    await deliverMail(parts, job);
    assert.deepEqual(await stateOf(job), { state: 'sent', attempts: 2, error: null, sent: true });
    assert.deepEqual(
      arrived(to).map((mail) => mail.header('Message-ID')),
      [`<${job.id}@id.example.com>`],
    );
  });

  it('repeats a mail whose sending could not be written down under the same Message-ID', async () => {
    const { job, to } = await queue();
    await deliverMail(parts, job);
    await db('mails').where({ id: job.id }).update({ state: 'queued', sent_at: null });
    await deliverMail(parts, job);
    const ids = arrived(to).map((mail) => mail.header('Message-ID'));
    assert.equal(ids.length, 2);
    assert.equal(new Set(ids).size, 1);
  });

  it('has failed for good with the last try, and is not tried again', async () => {
    const { job, to } = await queue();
    await db('mails')
      .where({ id: job.id })
      .update({ attempts: ATTEMPTS - 2 });
    smtp.refuse('no');
    await assert.rejects(deliverMail(parts, job));
    assert.equal((await stateOf(job)).state, 'queued');
    await assert.rejects(deliverMail(parts, job));
    smtp.refuse(undefined);
    const { state, attempts } = await stateOf(job);
    assert.deepEqual([state, attempts], ['failed', ATTEMPTS]);
    await deliverMail(parts, job);
    assert.deepEqual(arrived(to), []);
  });

  it('sends nothing that was sealed for another mail, changed, or not queued at all', async () => {
    const [one, other] = [await queue(), await queue()];
    await assert.rejects(deliverMail(parts, { ...one.job, sealed: other.job.sealed }), /sealed/);
    await assert.rejects(deliverMail({ ...parts, masterKeys: [randomBytes(32)] }, one.job), /master key/);
    await deliverMail(parts, { ...one.job, id: newId() });
    assert.deepEqual([...arrived(one.to), ...arrived(other.to)], []);
  });

  it('keeps neither link, code nor address anywhere in the database, before, after and when it failed', async () => {
    const [waiting, sent, failed] = [await queue(), await queue(), await queue()];
    await deliverMail(parts, sent.job);
    const render = async () => Promise.reject(new Error('no template'));
    await assert.rejects(deliverMail({ ...parts, render }, failed.job));
    const secrets = { token: TOKEN, link: LINK, waiting: waiting.to, sent: sent.to, failed: failed.to };
    assert.deepEqual(occurrences(await dumpDatabase(db), secrets), []);
    const rows = await db.raw(
      `select (select json_agg(m) from mails m)::text || (select json_agg(j.payload) from graphile_worker._private_jobs j)::text as text`,
    );
    assert.doesNotMatch(rows.rows[0].text, new RegExp(`\\b${CODE}\\b`));
  });

  it('takes no headers from what people typed', async () => {
    const to = `bob-${process.pid}@example.com`;
    const mail = { ...mailTo(to), locals: { ...mailTo(to).locals, app: 'Shop\r\nBcc: eve@example.com\r\n\r\nHello' } };
    await db.transaction((transaction) => queueMail(transaction, parts, mail));
    const job = (await queuedJobs<MailJob>(db, 'send_mail')).at(-1);
    assert.ok(job);
    await deliverMail(parts, job);
    assert.equal(arrived(to)[0]?.header('Bcc'), '');
    assert.equal(smtp.received.filter((each) => each.to.includes('eve')).length, 0);
  });
});

describe('queueing a mail', () => {
  it('joins the transaction: a rollback queues nothing', async () => {
    const { db, close } = await openTestDatabase();
    try {
      const parts = { clock: systemClock, masterKeys: [randomBytes(32)] };
      const mail: Mail = {
        kind: 'verify-email',
        to: 'a@example.com',
        locale: undefined,
        userId: undefined,
        locals: {},
      };
      const work = db.transaction(async (transaction) => {
        await queueMail(transaction, parts, mail);
        assert.equal((await transaction('mails')).length, 1);
        throw new Error('changed my mind');
      });
      await assert.rejects(work, /changed my mind/);
      assert.deepEqual([await db('mails'), await queuedJobs(db, 'send_mail')], [[], []]);
    } finally {
      await close();
    }
  });
});
