import Router from '@koa/router';
import { type Client, errors, type Provider } from 'oidc-provider';
import { findUser, type User } from '../accounts/index.ts';
import { actorOf } from '../artifacts/index.ts';
import { type Context, preferLanguage, readForm, type State } from '../http/index.ts';
import { noteCause } from '../kernel/correlation.ts';
import { unitOfWork } from '../oidc/index.ts';
import { noteAnswer } from './answered-here.ts';
import { rememberApplication, rememberedApplication, rememberedLanguage, underway, wayBack } from './application.ts';
import { showOver } from './candidate/index.ts';
import { answerConsent, showConsent } from './consent.ts';
import { SIGN_IN } from './journey.ts';
import { answerKeepAccount, showKeepAccount } from './keep-account.ts';
import { seeOther, type WebParts } from './parts.ts';
import { doneWithout, signInByHandoff } from './registration-handoff.ts';
import { answerSignIn, showSignIn } from './sign-in.ts';
import { nameOf } from './who.ts';

/** A sign-in under way in this browser, and the application it is for. */
export interface Interaction {
  readonly details: Awaited<ReturnType<Provider['interactionDetails']>>;
  readonly client: Client;
  /** Who is signed in already. */
  readonly user: User | undefined;
  /** What they are called; a candidate, too. */
  readonly name: string | undefined;
  /** Goes on with what was decided on the page. */
  finish(result: Record<string, unknown>): Promise<void>;
}

/**
 * `/interaction/:uid`, the one place where the engine asks something of a person. Each question is a page of its own;
 * none leads to another: every answer goes back to the engine, which asks the next thing or is done.
 */
export function interactionRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get('/interaction/:uid', unitOfWork(parts.work), (ctx) =>
    inInteraction(ctx, parts, async (interaction) => {
      const { name } = interaction.details.prompt;
      if (name === 'consent') return showConsent(ctx, parts, interaction);
      if (name === 'keep_account') return showKeepAccount(ctx, parts, interaction);
      if ((await showOver(ctx, parts, interaction)) || (await signInByHandoff(ctx, parts, interaction))) return;
      if (name === 'create' && ctx.query[SIGN_IN] === undefined) return seeOther(ctx, registerUrl(interaction));
      return showSignIn(ctx, parts, interaction);
    }),
  );
  router.post('/interaction/:uid', readForm, unitOfWork(parts.work), (ctx) =>
    inInteraction(ctx, parts, (interaction) => answer(ctx, parts, interaction)),
  );
  return router;
}

function answer(ctx: Context, parts: WebParts, interaction: Interaction): Promise<void> {
  switch (interaction.details.prompt.name) {
    case 'consent':
      return answerConsent(ctx, parts, interaction);
    case 'keep_account':
      return answerKeepAccount(ctx, parts, interaction);
    default:
      return answerSignIn(ctx, parts, interaction);
  }
}

/** Finds the sign-in by this browser's cookie; one that expired, or belongs to another browser, is lost. */
async function inInteraction(
  ctx: Context,
  parts: WebParts,
  answer: (interaction: Interaction) => Promise<void>,
): Promise<void> {
  const provider = parts.provider.get();
  const details = await provider.interactionDetails(ctx.req, ctx.res).catch(lostIsUndefined);
  const client = details && (await provider.Client.find(String(details.params['client_id'])));
  if (!details || !client || details.uid !== ctx['params'].uid) return showLost(ctx, parts);
  const { accountId, acr } = details.session ?? {};
  const user = accountId ? await findUser(parts.db, accountId) : undefined;
  noteCause({ clientId: client.clientId, ...(accountId ? { actor: actorOf({ accountId, acr }) } : {}) });
  rememberApplication(ctx, client, preferLanguage(ctx, details.params['ui_locales'], user?.locale));
  const finish = async (result: Record<string, unknown>) => {
    const proved = { ...result, ...(asksForAccount(details, result) ? { create: {} } : {}) };
    const answered = { ...proved, answer: noteAnswer(ctx, details.returnTo) };
    // What the engine's `interactionResult` does, with the sign-in that it has just found for us.
    details.result = 'error' in answered ? answered : { ...details.lastSubmission, ...answered };
    await details.persist();
    seeOther(ctx, details.returnTo);
  };
  const name = user?.email ?? (accountId && (await nameOf(parts, accountId)));
  return answer({ details, client, user, name, finish });
}

/** Says that it is over, or what was done in it just now, with the way back to the application as far as it is known. */
async function showLost(ctx: Context, parts: WebParts): Promise<void> {
  const { uid } = ctx['params'];
  const other = await underway(parts, uid);
  preferLanguage(ctx, other?.uiLocales, rememberedLanguage(ctx));
  const done = doneWithout(ctx, parts.clock, uid);
  const locals = { back: wayBack((await rememberedApplication(ctx, parts)) ?? other?.client) };
  return done ? parts.show(ctx, done, locals) : parts.show(ctx, 'lost', locals, 400);
}

/** `prompt=create` is done once somebody has signed in: with the new account, or with the one they have. */
function asksForAccount({ prompt }: Interaction['details'], result: Record<string, unknown>): boolean {
  return prompt.name === 'create' && result['login'] !== undefined;
}

/** Where an account is made, with the address that the application expects. */
function registerUrl({ details }: Interaction): string {
  const hint = details.params['login_hint'];
  const query = { interaction: details.uid, ...(typeof hint === 'string' ? { login_hint: hint } : {}) };
  return `/account/register?${new URLSearchParams(query)}`;
}

function lostIsUndefined(error: unknown): undefined {
  if (error instanceof errors.SessionNotFound) return undefined;
  throw error;
}
