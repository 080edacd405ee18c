import { correlationId, withCorrelationId } from '../kernel/correlation.ts';
import { newId } from '../kernel/ids.ts';
import { open, type SealContext, seal } from '../kernel/seal.ts';
import { requestEmailChange } from './change-email.ts';
import type { AccountParts, Journey } from './parts.ts';
import { requestReset } from './reset-password.ts';
import { tellOfFailures } from './tell-of-failures.ts';
import { requestVerification } from './verify-email.ts';

/** The job that answers what somebody asked for by an address. */
export const ANSWER_REQUEST = 'answer_account_request';

/**
 * What anybody may cause by an address: a link to set a new password, another proof of the address, or word to its owner
 * that somebody tries passwords.
 */
type Request = 'reset' | 'verification' | 'failures';

/** The address is sealed: the queue holds no personal data. */
export interface RequestJob {
  readonly id: string;
  readonly request: Request | 'email_change';
  readonly sealed: string;
  readonly correlation_id: string | undefined;
}

/**
 * Takes a request for a mail and looks into nothing: whether there is an account is found out by the job, so that the
 * caller learns it neither from the answer nor from the time it takes (checklist 29).
 */
export function askFor(request: Request, parts: AccountParts, email: string, journey: Journey = {}): Promise<void> {
  return queue(request, parts, { email, journey });
}

/** The same for an address that a user wants to have from now on. */
export function askForEmailChange(
  parts: AccountParts,
  userId: string,
  email: string,
  journey: Journey = {},
): Promise<void> {
  return queue('email_change', parts, { email, journey, userId });
}

interface Asked {
  readonly email: string;
  readonly journey: Journey;
  readonly userId?: string;
}

async function queue(request: RequestJob['request'], parts: AccountParts, asked: Asked): Promise<void> {
  const id = newId();
  const { interaction, app, locale, uiLocale } = asked.journey;
  const text = JSON.stringify({ ...asked, journey: { interaction, app, locale, uiLocale } });
  const sealed = seal(text, parts.mail.masterKeys, contextOf(id)).toString('base64');
  const job: RequestJob = { id, request, sealed, correlation_id: correlationId() };
  await parts.db.raw('select graphile_worker.add_job(?, ?::json)', [ANSWER_REQUEST, JSON.stringify(job)]);
}

/** Does what was asked for, where there is somebody to do it for. */
export async function answerRequest(parts: AccountParts, job: RequestJob): Promise<void> {
  const text = open(Buffer.from(job.sealed, 'base64'), parts.mail.masterKeys, contextOf(job.id));
  await withCorrelationId(job.correlation_id ?? job.id, () => answer(parts, job.request, JSON.parse(text)));
}

function answer(parts: AccountParts, request: RequestJob['request'], { email, journey, userId }: Asked): Promise<void> {
  switch (request) {
    case 'reset':
      return requestReset(parts, email, journey);
    case 'verification':
      return requestVerification(parts, email, journey);
    case 'failures':
      return tellOfFailures(parts, email, journey);
    case 'email_change':
      return requestEmailChange(parts, userId ?? '', email, journey);
  }
}

const contextOf = (id: string): SealContext => ({ use: 'mail', context: `request ${id}` });
