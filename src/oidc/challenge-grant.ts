import { isDeepStrictEqual } from 'node:util';
import { errors } from 'oidc-provider';
import {
  type Account,
  type AccountParts,
  askFor,
  authenticate,
  findUser,
  isProved,
  letInProved,
  verifyEmail,
} from '../accounts/index.ts';
import type { Config } from '../config/index.ts';
import { type Context, languageOf } from '../http/index.ts';
import { localeOfAny } from '../i18n/index.ts';
import { epochSeconds } from '../kernel/clock.ts';
import { noteCause } from '../kernel/correlation.ts';
import type { Caller } from '../limits/index.ts';
import { type AuthSession, openSession, sealSession } from './auth-session.ts';
import { invalidSession, redirectToWeb, refuseSignIn, slowDown, unlessBusy, wantCode } from './challenge-answers.ts';
import { issueCode } from './challenge-code.ts';
import { type ChallengeContext, checkRequest, REQUEST } from './challenge-request.ts';
import type { Possession } from './possession.ts';
import { provenKeys } from './proven-keys.ts';
import { resourceIndicators } from './resources.ts';

interface Step {
  readonly ctx: ChallengeContext;
  readonly config: Config;
  readonly accounts: AccountParts;
}

/** Answers the endpoint, once the engine knows the client and that it may be here. */
export function challengeGrant(config: Config, accounts: () => AccountParts, possession: Possession) {
  const indicators = resourceIndicators(config);
  return async (ctx: ChallengeContext): Promise<void> => {
    const step = { ctx, config, accounts: accounts() };
    noteCause({ clientId: ctx.oidc.client.clientId });
    // A proof that is sent here binds the code to its key, and an auth_session on the way there.
    ctx.oidc.params.dpop_jkt = (await provenKeys(ctx, possession)).jkt;
    const session = sessionOf(step);
    await checkRequest(ctx, indicators);
    await (session ? takeCode(step, session) : takePassword(step));
  };
}

/** Goes on with what was asked for at first: it may be said again, and nothing else. */
function sessionOf({ ctx, config, accounts }: Step): AuthSession | undefined {
  const { client, params } = ctx.oidc;
  if (params.auth_session === undefined) return undefined;
  const now = epochSeconds(accounts.clock);
  const session = openSession(params.auth_session, config.masterKeys, client.clientId, now);
  if (!session) throw invalidSession();
  const changed = REQUEST.find(
    (name) => params[name] !== undefined && !isDeepStrictEqual(listed(params[name]), listed(session.request[name])),
  );
  if (changed)
    throw new errors.InvalidRequest(`${changed} is another than in the request that began this auth_session`);
  if (session.request['dpop_jkt'] && !params.dpop_jkt)
    throw new errors.InvalidDpopProof('this auth_session is bound to a key: send a proof of it');
  Object.assign(params, session.request, session.request['code_challenge'] && { code_challenge_method: 'S256' });
  return session;
}

/** One resource alone is as good as a list of it. */
const listed = (value: string | string[] | undefined) => [value].flat();

/** First step: who it is. */
async function takePassword(step: Step): Promise<void> {
  const { ctx, accounts } = step;
  const { username: email, password } = ctx.oidc.params;
  if (email === undefined || password === undefined)
    throw new errors.InvalidRequest('username and password are required');
  return unlessBusy(ctx, async () => {
    const result = await authenticate(accounts, { email, password, caller: callerOf(ctx) });
    if ('problem' in result) return refuseSignIn(ctx, result);
    const since = epochSeconds(accounts.clock);
    if (!isProved(accounts, result.user)) return mailCode(step, result.user, since);
    return letIn(step, result.user, since);
  });
}

/** Mails a code to prove the address, unless one was just now, and waits for it. */
async function mailCode({ ctx, config, accounts }: Step, { id, email }: Account, since: number): Promise<void> {
  const { client, params } = ctx.oidc;
  const many = await accounts.limits.take('verification_mail', { email, caller: callerOf(ctx) });
  if (many !== undefined) return slowDown(ctx, many);
  await askFor('verification', accounts, email, journeyOf(ctx));
  const asked = REQUEST.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]]));
  const session = { user: id, since, request: Object.fromEntries(asked) };
  const sealed = sealSession(session, config.masterKeys, client.clientId);
  wantCode(ctx, sealed, 'the address has to be proved: send the code of the mail, with this auth_session');
}

/** Second step: the address. Once it is proved, the session is used up. */
async function takeCode(step: Step, session: AuthSession): Promise<void> {
  const { ctx, accounts } = step;
  const { auth_session = '', code } = ctx.oidc.params;
  if (code === undefined) throw new errors.InvalidRequest('code is required with auth_session');
  const user = await findUser(accounts.db, session.user);
  if (user?.status !== 'active' || user.emailVerified) throw invalidSession();
  const wait = await accounts.limits.take('code', { email: user.email, caller: callerOf(ctx) });
  if (wait !== undefined) return slowDown(ctx, wait);
  const owner = await verifyEmail(accounts, { email: user.email, code });
  if (owner !== user.id) return wantCode(ctx, auth_session, 'the code does not match, or no longer works');
  const proved = await letInProved(accounts, owner, accounts.clock.now());
  if (!proved) throw invalidSession();
  return letIn(step, proved, session.since);
}

/** The code, and what this application can be known by when the same person comes back. */
async function letIn({ ctx, accounts }: Step, { id, email, deletionDueAt }: Account, since: number): Promise<void> {
  if (deletionDueAt) return redirectToWeb(ctx, 'the account is to be deleted: whether to keep it is asked there');
  const device = accounts.limits.remember(email, ctx.oidc.params.device);
  ctx.body = { authorization_code: await issueCode(ctx, id, since), device };
}

const callerOf = (ctx: ChallengeContext): Caller => ({ network: ctx.ip, device: ctx.oidc.params.device });

/** A mail has the application's name at its head, and is in the language that the application names. */
function journeyOf(ctx: ChallengeContext) {
  const { client, params } = ctx.oidc;
  const locale = ctx.get('Accept-Language') ? languageOf(ctx as unknown as Context) : undefined;
  return { app: client.clientName ?? client.clientId, locale, uiLocale: localeOfAny(params.ui_locales) };
}
