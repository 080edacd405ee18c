import Router from '@koa/router';
import { type RegistrationProblems, register } from '../accounts/index.ts';
import { type Context, field, optionalField, readForm, type State, wordsFor } from '../http/index.ts';
import { backFrom, headOf, journeyOf, type PageJourney, signInUrl, withJourney } from './journey.ts';
import { seeOther, staleForm, type WebParts } from './parts.ts';
import { rememberAddress } from './pending-address.ts';
import { problemWords } from './problem-words.ts';
import { handOff } from './registration-handoff.ts';
import { TOO_MANY, tooOften } from './too-often.ts';

const PATH = '/account/register';

interface Typed {
  readonly name: string;
  readonly email: string;
  readonly errors: { readonly [name in 'name' | 'email' | 'password' | 'form']?: string | undefined };
}

/** Nothing but the address that the application says is coming. */
function expected({ query }: Context): Typed {
  const { login_hint } = query;
  return { name: '', email: typeof login_hint === 'string' ? login_hint : '', errors: {} };
}

/** `/account/register`: makes an account, and goes on with the sign-in it was reached from (`?interaction=`). */
export function registerRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => showRegister(ctx, parts, await journeyOf(ctx, parts), expected(ctx)));
  router.post(PATH, readForm, (ctx) => answerRegister(ctx, parts));
  return router;
}

function showRegister(ctx: Context, parts: WebParts, journey: PageJourney, typed: Typed, status = 200): Promise<void> {
  const form = { action: withJourney(PATH, journey), csrf: parts.csrf.token(ctx) };
  const locals = { ...typed, ...headOf(journey), ...form, sign_in_url: signInUrl(journey) };
  return parts.show(ctx, 'register', locals, status);
}

async function answerRegister(ctx: Context, parts: WebParts): Promise<void> {
  const journey = await journeyOf(ctx, parts);
  const [name, email, password] = [optionalField(ctx, 'name'), field(ctx, 'email'), field(ctx, 'password')];
  const again = (errors: Typed['errors'], status = 422) =>
    showRegister(ctx, parts, journey, { name, email, errors }, status);
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return again(staleForm(ctx));
  const often = await tooOften(ctx, parts, 'register', { email });
  if (often) return again(often, TOO_MANY);
  const result = await register(parts.accounts, { name: name || undefined, email, password }, journey);
  if ('problems' in result) return again(inWords(ctx, result.problems));
  rememberAddress(ctx, email.trim());
  // Who has an account already is told the same as who has one now: look into your mail (checklist 29).
  if (parts.requireVerifiedEmail || !result.userId) return seeOther(ctx, withJourney('/account/verify-email', journey));
  const { interaction } = journey;
  if (!interaction) return parts.show(ctx, 'registered', { email, back: await backFrom(ctx, parts, journey) });
  handOff(ctx, parts.clock, interaction, result.userId);
  return seeOther(ctx, `/interaction/${interaction}`);
}

function inWords(ctx: Context, { name, email, password }: RegistrationProblems): Typed['errors'] {
  const words = wordsFor(ctx);
  const errors = { name: problemWords(words, name), email: problemWords(words, email) };
  return { ...errors, password: problemWords(words, password) };
}
