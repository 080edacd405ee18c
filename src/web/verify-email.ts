import Router from '@koa/router';
import { askFor, verifyEmail } from '../accounts/index.ts';
import { type Context, field, hasField, readForm, type State, wordsFor } from '../http/index.ts';
import { backFrom, headOf, journeyOf, type PageJourney, signInUrl, withJourney } from './journey.ts';
import { seeOther, staleForm, type WebParts } from './parts.ts';
import { pendingAddress } from './pending-address.ts';
import { handOff } from './registration-handoff.ts';
import { TOO_MANY, tooOften } from './too-often.ts';

const PATH = '/account/verify-email';

interface Typed {
  readonly errors: { readonly code?: string; readonly form?: string };
  readonly sentAgain?: boolean;
  readonly status?: number;
}

/**
 * `/account/verify-email`: proves an address. With `?token=`, from a mail's link, it asks for one press: a scanner that
 * opens links uses nothing up. Without, it takes the code that the same mail holds, from whoever reads it elsewhere.
 */
export function verifyEmailRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => {
    const journey = await journeyOf(ctx, parts);
    const { token } = ctx.query;
    if (typeof token !== 'string') return showCode(ctx, parts, journey, { errors: {} });
    return token ? showConfirm(ctx, parts, journey, token) : showInvalid(ctx, parts, journey);
  });
  router.post(PATH, readForm, (ctx) => answer(ctx, parts));
  return router;
}

function showConfirm(
  ctx: Context,
  parts: WebParts,
  journey: PageJourney,
  token: string,
  errors: { form?: string } = {},
): Promise<void> {
  const form = { action: withJourney(PATH, journey), csrf: parts.csrf.token(ctx) };
  return parts.show(ctx, 'confirm-email', { ...headOf(journey), ...form, token, errors }, errors.form ? 400 : 200);
}

async function showCode(
  ctx: Context,
  parts: WebParts,
  journey: PageJourney,
  { errors, sentAgain, status = Object.keys(errors).length > 0 ? 400 : 200 }: Typed,
): Promise<void> {
  const email = pendingAddress(ctx);
  if (!email) return parts.show(ctx, 'lost', { back: await backFrom(ctx, parts, journey) }, 400);
  const form = { action: withJourney(PATH, journey), csrf: parts.csrf.token(ctx) };
  const locals = { ...headOf(journey), ...form, email, errors, sent_again: sentAgain === true };
  return parts.show(ctx, 'verify-email', locals, status);
}

async function answer(ctx: Context, parts: WebParts): Promise<void> {
  const journey = await journeyOf(ctx, parts);
  const [token, email] = [field(ctx, 'token'), pendingAddress(ctx)];
  if (!token && hasField(ctx, 'token')) return showInvalid(ctx, parts, journey);
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) {
    const errors = staleForm(ctx);
    return token ? showConfirm(ctx, parts, journey, token, errors) : showCode(ctx, parts, journey, { errors });
  }
  if (token) return proved(ctx, parts, journey, await verifyEmail(parts.accounts, { token }));
  if (!email) return showCode(ctx, parts, journey, { errors: {} });
  const often = await tooOften(ctx, parts, field(ctx, 'again') ? 'verification_mail' : 'code', { email });
  if (often) return showCode(ctx, parts, journey, { errors: often, status: TOO_MANY });
  if (field(ctx, 'again')) {
    await askFor('verification', parts.accounts, email, journey);
    return showCode(ctx, parts, journey, { errors: {}, sentAgain: true });
  }
  const userId = await verifyEmail(parts.accounts, { email, code: field(ctx, 'code') });
  if (userId) return proved(ctx, parts, journey, userId);
  return showCode(ctx, parts, journey, { errors: { code: wordsFor(ctx).t('verify-email.wrong_code') } });
}

/** On to the application, signed in, where this browser was on its way to one. */
async function proved(ctx: Context, parts: WebParts, journey: PageJourney, userId: string | undefined): Promise<void> {
  if (!userId) return showInvalid(ctx, parts, journey);
  const { interaction } = journey;
  if (!interaction) return parts.show(ctx, 'email-confirmed', { back: await backFrom(ctx, parts, journey) });
  handOff(ctx, parts.clock, interaction, userId, 'email-confirmed');
  return seeOther(ctx, `/interaction/${interaction}`);
}

/**
 * What no longer works may have worked: whether the address still has to be proved, nobody is told here. Sign-in is the
 * way on for both, where it asks for the proof and mails another.
 */
async function showInvalid(ctx: Context, parts: WebParts, journey: PageJourney): Promise<void> {
  const { t } = wordsFor(ctx);
  const back = await backFrom(ctx, parts, journey);
  const toSignIn = signInUrl(journey);
  const toApplication = back && { href: back.href, label: t('common.back_to', { app: back.name }) };
  const next = toSignIn ? { href: toSignIn, label: t('sign-in.title') } : toApplication;
  const locals = { what: 'verify', next, at_sign_in: parts.requireVerifiedEmail } as const;
  return parts.show(ctx, 'link-invalid', { ...headOf(journey), ...locals }, 400);
}
