import Router from '@koa/router';
import { findUser, resetPassword } from '../accounts/index.ts';
import { type Context, field, readForm, type State, wordsFor } from '../http/index.ts';
import { backFrom, headOf, journeyOf, type PageJourney, withJourney } from './journey.ts';
import { knowDevice } from './known-device.ts';
import { seeOther, staleForm, type WebParts } from './parts.ts';
import { problemWords } from './problem-words.ts';
import { handOff } from './registration-handoff.ts';
import { TOO_MANY, tooOften } from './too-often.ts';

const PATH = '/account/reset-password';

/** `/account/reset-password?token=`: sets a new password. Opening it uses nothing up; only a password that is taken does. */
export function resetPasswordRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => {
    const { token } = ctx.query;
    const journey = await journeyOf(ctx, parts);
    return typeof token === 'string' && token
      ? showReset(ctx, parts, journey, token)
      : showInvalid(ctx, parts, journey);
  });
  router.post(PATH, readForm, (ctx) => answer(ctx, parts));
  return router;
}

function showReset(
  ctx: Context,
  parts: WebParts,
  journey: PageJourney,
  token: string,
  errors: { password?: string | undefined; form?: string } = {},
  status = Object.keys(errors).length > 0 ? 422 : 200,
): Promise<void> {
  const form = { action: withJourney(PATH, journey), csrf: parts.csrf.token(ctx) };
  return parts.show(ctx, 'reset-password', { ...headOf(journey), ...form, token, errors }, status);
}

function showInvalid(ctx: Context, parts: WebParts, journey: PageJourney): Promise<void> {
  const label = wordsFor(ctx).t('link-invalid.another_link');
  const next = { href: withJourney('/account/forgot-password', journey), label };
  return parts.show(ctx, 'link-invalid', { ...headOf(journey), what: 'reset', next }, 400);
}

async function answer(ctx: Context, parts: WebParts): Promise<void> {
  const [journey, token] = [await journeyOf(ctx, parts), field(ctx, 'token')];
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return showReset(ctx, parts, journey, token, staleForm(ctx));
  const often = await tooOften(ctx, parts, 'new_password');
  if (often) return showReset(ctx, parts, journey, token, often, TOO_MANY);
  const result = await resetPassword(parts.accounts, token, field(ctx, 'password'), journey);
  if ('userId' in result) return done(ctx, parts, journey, result.userId);
  if (result.problem === 'token_invalid') return showInvalid(ctx, parts, journey);
  return showReset(ctx, parts, journey, token, { password: problemWords(wordsFor(ctx), result.reason) });
}

/** On to the application, signed in with the new password, where this browser was on its way to one. */
async function done(ctx: Context, parts: WebParts, journey: PageJourney, userId: string): Promise<void> {
  const user = await findUser(parts.db, userId);
  if (user) knowDevice(ctx, parts, user);
  const { interaction } = journey;
  if (!interaction) return parts.show(ctx, 'password-changed', { back: await backFrom(ctx, parts, journey) });
  handOff(ctx, parts.clock, interaction, userId, 'password-changed');
  return seeOther(ctx, `/interaction/${interaction}`);
}
