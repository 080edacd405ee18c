import assert from 'node:assert/strict';
import { type AccountParts, tellOfReuse } from '../../src/accounts/index.ts';
import { tellOfFailures } from '../../src/accounts/tell-of-failures.ts';
import { newId } from '../../src/kernel/ids.ts';
import { deliverMail, type MailJob, sweepMails } from '../../src/mail/index.ts';
import { ATTEMPTS } from '../../src/mail/queue.ts';
import { enrol, queuedJobs } from './accounts.ts';
import { somebody } from './somebody.ts';
import type { UseCase } from './use-case.ts';

const DAY = 86_400;

const lastJob = async ({ db }: AccountParts) => (await queuedJobs<MailJob>(db, 'send_mail')).at(-1) ?? assert.fail();

/** What a mail is delivered with, to a mail server that does as `send`. */
const delivery = ({ db, clock, mail }: AccountParts, send: () => Promise<void>) => {
  const transport = { send, close: () => undefined };
  const render = async () => ({ subject: '', text: '', html: '' });
  return { db, clock, masterKeys: mail.masterKeys, render, transport, host: 'id.example.com' };
};
const sent = () => Promise.resolve();
const refused = () => Promise.reject(new Error('550 no'));

const expecting = (message: string) => (error: unknown) => {
  if (!(error instanceof Error) || error.message !== message) throw error;
};

/** What somebody is told by mail unasked, and what becomes of a mail. */
export const MAIL_USE_CASES: readonly UseCase[] = [
  {
    does: 'telling of wrong passwords',
    tells: ['email.requested.v1'],
    async prepare({ parts }) {
      const { email } = await somebody(parts);
      return () => tellOfFailures(parts, email);
    },
  },
  {
    does: 'telling of a token that was used twice',
    tells: ['email.requested.v1'],
    async prepare({ parts }) {
      const { id } = await somebody(parts);
      return () => tellOfReuse(parts, { user_id: id, app: 'Shop' });
    },
  },
  {
    does: 'sending a mail',
    tells: ['email.sent.v1'],
    async prepare({ parts }) {
      await enrol(parts);
      const job = await lastJob(parts);
      return () => deliverMail(delivery(parts, sent), job);
    },
  },
  {
    does: 'sending a mail in vain, for the first time',
    tells: [],
    async prepare({ parts }) {
      await enrol(parts);
      const job = await lastJob(parts);
      return () => deliverMail(delivery(parts, refused), job).catch(expecting('550 no'));
    },
  },
  {
    does: 'sending a mail in vain, for the last time',
    tells: ['email.delivery-failed.v1'],
    async prepare({ db, parts }) {
      await enrol(parts);
      const job = await lastJob(parts);
      await db('mails')
        .where({ id: job.id })
        .update({ attempts: ATTEMPTS - 1 });
      return () => deliverMail(delivery(parts, refused), job).catch(expecting('550 no'));
    },
  },
  {
    does: 'sending a mail that is too old',
    tells: ['email.delivery-failed.v1'],
    alone: 'change',
    async prepare({ clock, parts }) {
      await enrol(parts);
      const job = await lastJob(parts);
      clock.advance(2 * DAY);
      return () => deliverMail(delivery(parts, sent), job);
    },
  },
  {
    does: 'sending the same mail once more within its pause',
    tells: ['email.delivery-failed.v1'],
    async prepare({ clock, parts }) {
      const { email } = await somebody(parts);
      await tellOfFailures(parts, email);
      clock.advance(1);
      await tellOfFailures(parts, email);
      const job = await lastJob(parts);
      return () => deliverMail(delivery(parts, sent), job);
    },
  },
  {
    does: 'finding a mail that nobody sends',
    tells: ['email.delivery-failed.v1'],
    async prepare({ db, clock }) {
      await sweepMails({ db, clock });
      await db('mails').insert({ id: newId(), kind: 'verify-email', created_at: clock.now() });
      return () => sweepMails({ db, clock });
    },
  },
];
