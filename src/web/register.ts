import Router from '@koa/router';
import { type RegistrationProblems, register } from '../accounts/index.ts';
import { type Context, field, readForm, type State } from '../http/index.ts';
import { appHead } from './application.ts';
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
  const uid = interactionOf(ctx);
  const invalid = Object.keys(typed.errors).length > 0;
  const app = uid ? await applicationOf(parts, uid) : undefined;
  const locals = {
    ...typed,
    ...(app ? { app } : {}),
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
  const uid = interactionOf(ctx);
  if (!uid) return parts.show(ctx, 'registered', { email });
  handOff(ctx, parts.clock, uid, result.userId);
  return seeOther(ctx, `/interaction/${uid}`);
}

/** The sign-in that led here; anything that is no id of one is left out of our pages. */
function interactionOf(ctx: Context): string | undefined {
  const { interaction } = ctx.query;
  return typeof interaction === 'string' && /^[A-Za-z0-9_-]{21,64}$/.test(interaction) ? interaction : undefined;
}

async function applicationOf({ provider, work }: WebParts, uid: string) {
  return work.run(async () => {
    const interaction = await provider.get().Interaction.find(uid);
    const client = interaction && (await provider.get().Client.find(String(interaction.params['client_id'])));
    return client && appHead(client);
  });
}
