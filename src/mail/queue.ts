import type { Knex } from 'knex';
import { eventRows, type NewEvent } from '../events/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { correlationId } from '../kernel/correlation.ts';
import { newId } from '../kernel/ids.ts';
import { type SealContext, seal } from '../kernel/seal.ts';
import { mailEvent } from './events.ts';
import { insertMail } from './store.ts';
import type { Mail } from './types.ts';

/** The job that sends one mail. */
export const SEND_MAIL = 'send_mail';
/** Tries before it has failed for good: with the worker's growing pauses (e^tries seconds, six hours at most) 2.7 days. */
export const ATTEMPTS = 20;

/** What the job is queued with. The mail is sealed: it holds a link that opens an account. */
export interface MailJob {
  readonly id: string;
  readonly sealed: string;
  /** Milliseconds in which the user gets one mail of this kind at most. */
  readonly pause?: number;
  readonly correlation_id: string | undefined;
}

export interface MailParts {
  readonly clock: Clock;
  readonly masterKeys: readonly Buffer[];
}

/** What is out of the ordinary about a mail. */
export interface QueueOptions {
  /**
   * Milliseconds in which the user gets one mail of this kind at most; a further one is dropped by its job, so that it costs
   * as much here as any other.
   */
  readonly pause?: number;
  /** What has happened with it: written down in the same statement, so that nobody sees by the time it takes what has. */
  readonly events?: readonly NewEvent[];
}

/** Queues a mail in the transaction of what causes it: it goes out after the commit, and not at all after a rollback. */
export async function queueMail(
  transaction: Knex.Transaction,
  parts: MailParts,
  mail: Mail,
  { pause = 0, events = [] }: QueueOptions = {},
): Promise<void> {
  const id = newId();
  const now = parts.clock.now();
  const requested = mailEvent('email.requested.v1', { id, kind: mail.kind, userId: mail.userId });
  const rows = eventRows(now, ...events, requested);
  await insertMail(transaction, { id, kind: mail.kind, userId: mail.userId, createdAt: now }, rows);
  const sealed = seal(JSON.stringify(mail), parts.masterKeys, mailContext(id)).toString('base64');
  const job: MailJob = { id, sealed, pause, correlation_id: correlationId() };
  await transaction.raw('select graphile_worker.add_job(?, ?::json, max_attempts => ?, job_key => ?)', [
    SEND_MAIL,
    JSON.stringify(job),
    ATTEMPTS,
    id,
  ]);
}

/** A sealed mail opens as the mail it was queued as, and as no other. */
export const mailContext = (id: string): SealContext => ({ use: 'mail', context: id });
