import Router from '@koa/router';
import type { Client } from 'oidc-provider';
import { type RegistrationProblems, register } from '../accounts/index.ts';
import { type Context, field, readForm, type State } from '../http/index.ts';
import { appHead, applicationOf, rememberedApplication, wayBack } from './application.ts';
import { STALE_FORM, seeOther, type WebParts } from './parts.ts';
import { handOff } from './registration-handoff.ts';

interface Typed {
  readonly name: string;
  readonly email: string;
  readonly errors: RegistrationProblems & { readonly form?: string };
}

const BLANK: Typed = { name: '', email: '', errors: {} };

/** `/account/register`: makes an account, and goes on with the sign-in it was reached from (`?interaction=`). */
export function registerRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get('/account/register', (ctx) => showRegister(ctx, parts, BLANK));
  router.post('/account/register', readForm, (ctx) => answerRegister(ctx, parts));
  return router;
}

async function showRegister(ctx: Context, parts: WebParts, typed: Typed): Promise<void> {
  const { uid, client } = await signInOf(ctx, parts);
  const invalid = Object.keys(typed.errors).length > 0;
  const locals = {
    ...typed,
    ...(client ? { app: appHead(client) } : {}),
    action: uid ? `/account/register?interaction=${uid}` : '/account/register',
    csrf: parts.csrf.token(ctx),
    sign_in_url: uid ? `/interaction/${uid}` : undefined,
  };
  return parts.show(ctx, 'register', locals, invalid ? 422 : 200);
}

async function answerRegister(ctx: Context, parts: WebParts): Promise<void> {
  const [name, email, password] = [field(ctx, 'name'), field(ctx, 'email'), field(ctx, 'password')];
  const again = (errors: Typed['errors']) => showRegister(ctx, parts, { name, email, errors });
  if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return again({ form: STALE_FORM });
  const result = await register(parts.db, parts.clock, { name: name || undefined, email, password });
  if ('problems' in result) return again(result.problems);
  const { uid } = await signInOf(ctx, parts);
  if (!uid) return parts.show(ctx, 'registered', { email, back: wayBack(await rememberedApplication(ctx, parts)) });
  handOff(ctx, parts.clock, uid, result.userId);
  return seeOther(ctx, `/interaction/${uid}`);
}

/** The sign-in that led here and its application; neither, where it is over or there was none. */
async function signInOf(ctx: Context, parts: WebParts): Promise<{ uid?: string; client?: Client }> {
  const { interaction: uid } = ctx.query;
  if (typeof uid !== 'string' || !/^[A-Za-z0-9_-]{21,64}$/.test(uid)) return {};
  const client = await applicationOf(parts, uid);
  return client ? { uid, client } : {};
}
