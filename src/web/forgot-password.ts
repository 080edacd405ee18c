import Router from '@koa/router';
import { askFor, isEmail } from '../accounts/index.ts';
import { type Context, field, readForm, type State, wordsFor } from '../http/index.ts';
import { headOf, journeyOf, type PageJourney, signInUrl, withJourney } from './journey.ts';
import { staleForm, type WebParts } from './parts.ts';
import { problemWords } from './problem-words.ts';
import { TOO_MANY, tooOften } from './too-often.ts';

const PATH = '/account/forgot-password';

interface Typed {
  readonly email: string;
  readonly errors: { readonly email?: string; readonly form?: string };
}

/** `/account/forgot-password`: mails a link to set a new one. Whether there is an account, nobody learns here. */
export function forgotPasswordRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => showForgot(ctx, parts, await journeyOf(ctx, parts), { email: '', errors: {} }));
  router.post(PATH, readForm, (ctx) => answer(ctx, parts));
  return router;
}

function showForgot(
  ctx: Context,
  parts: WebParts,
  journey: PageJourney,
  { email, errors }: Typed,
  status = 200,
): Promise<void> {
  const form = { action: withJourney(PATH, journey), csrf: parts.csrf.token(ctx) };
  const locals = { ...headOf(journey), ...form, email, errors, sign_in_url: signInUrl(journey) };
  return parts.show(ctx, 'forgot-password', locals, status);
}

async function answer(ctx: Context, parts: WebParts): Promise<void> {
  const [journey, email] = [await journeyOf(ctx, parts), field(ctx, 'email')];
  const again = (errors: Typed['errors'], status = 400) => showForgot(ctx, parts, journey, { email, errors }, status);
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return again(staleForm(ctx));
  if (!isEmail(email)) return again({ email: problemWords(wordsFor(ctx), 'email_invalid') });
  const often = await tooOften(ctx, parts, 'reset_mail', { email });
  if (often) return again(often, TOO_MANY);
  await askFor('reset', parts.accounts, email, journey);
  return parts.show(ctx, 'forgot-sent', { ...headOf(journey), email, sign_in_url: signInUrl(journey) });
}
