import type { Knex } from 'knex';
import { eventRows } from '../events/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { withCorrelationId } from '../kernel/correlation.ts';
import { open } from '../kernel/seal.ts';
import { type FailureReason, mailEvent, mailFailed } from './events.ts';
import { ATTEMPTS, type MailJob, mailContext } from './queue.ts';
import { dropRepeated, findMailState, recordExpiry, recordFailure, recordSent } from './store.ts';
import type { Mail, MailTransport, RenderMail } from './types.ts';

/** How a try ended; `failed`: there will be no other, also where the mail was of no use any more. */
export type DeliveryResult = 'sent' | 'retried' | 'failed';

export interface DeliveryParts {
  readonly db: Knex;
  readonly clock: Clock;
  readonly masterKeys: readonly Buffer[];
  readonly render: RenderMail;
  readonly transport: MailTransport;
  /** The host of the Message-ID. */
  readonly host: string;
  /** Told of each try. */
  readonly onResult?: (result: DeliveryResult) => void;
}

/**
 * Sends a queued mail, once: a job that is run again after the mail was sent does nothing. A failure is kept with its
 * reason and thrown, so that the worker tries again later; the last one leaves the mail failed, for an operator to see.
 * So is one that could not be sent before its link expired.
 */
export function deliverMail(parts: DeliveryParts, job: MailJob): Promise<void> {
  return withCorrelationId(job.correlation_id ?? job.id, () => deliver(parts, job));
}

async function deliver(parts: DeliveryParts, job: MailJob): Promise<void> {
  const { db, clock, masterKeys, render, transport, host, onResult } = parts;
  const before = await findMailState(db, job.id);
  if (before?.state !== 'queued') return;
  const told = { id: job.id, kind: before.kind, userId: before.userId };
  const failed = (reason: FailureReason) => eventRows(clock.now(), mailFailed(told, reason));
  if (job.pause && (await dropRepeated(db, job.id, job.pause, failed('repeated')))) return;
  try {
    const mail = opened(job, masterKeys);
    if (mail.usefulUntil && mail.usefulUntil <= clock.now()) {
      await recordExpiry(db, job.id, failed('expired'));
      return onResult?.('failed');
    }
    await transport.send({ ...(await render(mail)), to: mail.to, messageId: `<${job.id}@${host}>` });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const final = before.attempts + 1 >= ATTEMPTS;
    await recordFailure(db, job.id, reason, final ? failed('refused') : undefined);
    onResult?.(final ? 'failed' : 'retried');
    throw error;
  }
  await recordSent(db, job.id, clock.now(), eventRows(clock.now(), mailEvent('email.sent.v1', told)));
  onResult?.('sent');
}

/** A date is a text while it waits. */
function opened({ id, sealed }: MailJob, masterKeys: readonly Buffer[]): Mail {
  const { usefulUntil, ...mail } = JSON.parse(open(Buffer.from(sealed, 'base64'), masterKeys, mailContext(id)));
  return usefulUntil ? { ...mail, usefulUntil: new Date(usefulUntil) } : mail;
}
