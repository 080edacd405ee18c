import { errors } from 'oidc-provider';
import type { NoPassword } from '../accounts/index.ts';
import { Problem } from '../kernel/problem.ts';
import type { SignInRefusal } from '../limits/index.ts';
import type { ChallengeContext } from './challenge-request.ts';

/** What the endpoint answers, but for what the engine's own errors say: the codes of RFC 6749, RFC 8628 and the draft. */
interface Answer {
  readonly status: number;
  readonly error: string;
  readonly error_description: string;
  readonly retryAfter?: number | string;
  /** Members that the draft has an authorization server add. */
  readonly more?: Readonly<Record<string, unknown>>;
}

function refuse(ctx: ChallengeContext, { status, error, error_description, retryAfter, more }: Answer): void {
  if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter));
  ctx.status = status;
  ctx.body = { error, error_description, ...more };
}

/** A password that does not let in, or was not looked at. */
export function refuseSignIn(ctx: ChallengeContext, result: NoPassword | SignInRefusal): void {
  switch (result.problem) {
    case 'no_match':
      return void refuse(ctx, {
        status: 400,
        error: 'access_denied',
        error_description: 'username and password do not match',
      });
    case 'password_too_long':
      throw new errors.InvalidRequest('password is longer than any can be');
    case 'too_many_tries':
      return void slowDown(ctx, result.retryAfter);
    case 'reset_needed':
      return void redirectToWeb(ctx, 'too many wrong passwords: a new one has to be set there');
  }
}

/** What only the pages can ask: there the person has to go. */
export function redirectToWeb(ctx: ChallengeContext, error_description: string): void {
  refuse(ctx, { status: 400, error: 'redirect_to_web', error_description });
}

export function slowDown(ctx: ChallengeContext, retryAfter: number): void {
  const error_description = 'too many tries, or mails asked for: Retry-After says for how many seconds to wait';
  refuse(ctx, { status: 429, error: 'slow_down', error_description, retryAfter });
}

/** The address has to be proved: a code was mailed, and comes back here with the session. */
export function wantCode(ctx: ChallengeContext, auth_session: string, error_description: string): void {
  const more = { auth_session, email_code_required: true };
  refuse(ctx, { status: 403, error: 'insufficient_authorization', error_description, more });
}

export const invalidSession = () =>
  new errors.CustomOIDCProviderError('invalid_session', 'the auth_session is invalid, used or too old: begin again');

/** Answers in OAuth's words when too many passwords are being checked already. */
export async function unlessBusy(ctx: ChallengeContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 503) throw error;
    const error_description =
      'more passwords are being checked than can be at once: Retry-After says when to try again';
    const retryAfter = error.headers['Retry-After'] ?? 1;
    refuse(ctx, { status: 503, error: 'temporarily_unavailable', error_description, retryAfter });
  }
}
