import { validate } from 'uuid';
import { type Authentication, askFor, authenticate, isProved } from '../accounts/index.ts';
import { ASSESSMENT_SCOPE } from '../config/index.ts';
import { type Context, field, wordsFor } from '../http/index.ts';
import { appHead } from './application.ts';
import type { Interaction } from './interaction.ts';
import { journeyIn, withJourney } from './journey.ts';
import { callerOf, knowDevice } from './known-device.ts';
import { seeOther, staleForm, type WebParts } from './parts.ts';
import { passwordLogin } from './password-login.ts';
import { rememberAddress } from './pending-address.ts';
import { problemWords } from './problem-words.ts';
import { TOO_MANY, waitWords } from './too-often.ts';

type Problem = Extract<Authentication, { problem: string }>;

interface Typed {
  readonly email: string;
  readonly errors: { readonly email?: string; readonly password?: string; readonly form?: string };
  readonly status?: number;
}

/** The sign-in page. */
export async function showSignIn(
  ctx: Context,
  parts: WebParts,
  interaction: Interaction,
  typed?: Typed,
): Promise<void> {
  const { details, client } = interaction;
  const [app, again] = [appHead(client), interaction.user !== undefined];
  const locals = {
    app,
    action: `/interaction/${details.uid}`,
    csrf: parts.csrf.token(ctx),
    email: typed?.email ?? expectedEmail(interaction),
    errors: typed?.errors ?? {},
    forgot_url: `/account/forgot-password?interaction=${details.uid}`,
    register_url: `/account/register?interaction=${details.uid}`,
    // To the account page there is no way back but in.
    cancel: again || !app.own,
    again,
    resume_url: isForCandidates(details.params) ? '/candidate/resume' : undefined,
  };
  return parts.show(ctx, 'sign-in', locals, typed ? (typed.status ?? 400) : 200);
}

/** Candidates have no password: they come by an invitation, or by a code. */
function isForCandidates({ scope }: Interaction['details']['params']): boolean {
  return typeof scope === 'string' && scope.split(' ').includes(ASSESSMENT_SCOPE);
}

/** Whoever the application says is coming, else whoever is signed in already and only has to confirm it. */
function expectedEmail({ details, user }: Interaction): string {
  const hint = details.params['login_hint'];
  // A candidate's id, which their application was told, is no address.
  return typeof hint === 'string' && !validate(hint) ? hint : (user?.email ?? '');
}

/** Takes the sign-in form: goes on signed in, goes back to the application, or says what to do. */
export async function answerSignIn(ctx: Context, parts: WebParts, interaction: Interaction): Promise<void> {
  const email = field(ctx, 'email');
  const again = (errors: Typed['errors'], status = 400) =>
    showSignIn(ctx, parts, interaction, { email, errors, status });
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return again(staleForm(ctx));
  if (field(ctx, 'cancel')) {
    return interaction.finish({ error: 'access_denied', error_description: 'the sign-in was cancelled' });
  }
  const missing = problems(ctx, email, field(ctx, 'password'));
  if (missing) return again(missing);
  const typed = { email, password: field(ctx, 'password'), caller: callerOf(ctx) };
  const result = await authenticate(parts.accounts, typed);
  if ('problem' in result) return again(...notLetIn(ctx, result));
  const { user } = result;
  if (!isProved(parts.accounts, user)) return proveFirst(ctx, parts, interaction, user.email);
  knowDevice(ctx, parts, user);
  return interaction.finish(passwordLogin(user.id, parts.clock));
}

/** What to do next, for people and for programs. */
function notLetIn(ctx: Context, result: Problem): [errors: Typed['errors'], status: number] {
  switch (result.problem) {
    case 'no_match':
      return [{ form: wordsFor(ctx).t('sign-in.no_match') }, 400];
    case 'password_too_long':
      return [{ password: problemWords(wordsFor(ctx), result.problem) }, 422];
    case 'too_many_tries':
      return [{ form: waitWords(ctx, 'limits.sign_in', result.retryAfter) }, TOO_MANY];
    case 'reset_needed':
      return [{ form: wordsFor(ctx).t('limits.reset_needed') }, 403];
  }
}

/** Somebody whose address isn't proved is mailed a new proof, unless they have several, and comes back here by it. */
async function proveFirst(ctx: Context, parts: WebParts, interaction: Interaction, email: string): Promise<void> {
  const journey = journeyIn(ctx, interaction);
  rememberAddress(ctx, email);
  const { accounts } = parts;
  const wait = await accounts.limits.take('verification_mail', { email, caller: callerOf(ctx) });
  if (wait === undefined) await askFor('verification', accounts, email, journey);
  return seeOther(ctx, withJourney('/account/verify-email', journey));
}

function problems(ctx: Context, email: string, password: string): Typed['errors'] | undefined {
  if (email && password) return undefined;
  const { t } = wordsFor(ctx);
  return {
    ...(email ? {} : { email: t('sign-in.email_missing') }),
    ...(password ? {} : { password: t('sign-in.password_missing') }),
  };
}
