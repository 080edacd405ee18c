import Router from '@koa/router';
import { ACCOUNT_CLIENT_ID } from '../../config/index.ts';
import { type Context, type State, wordsFor } from '../../http/index.ts';
import { randomToken, sha256 } from '../../kernel/ids.ts';
import { browserSession } from '../../oidc/index.ts';
import { rememberedApplication, wayBack } from '../application.ts';
import { SIGN_IN } from '../journey.ts';
import { seeOther, type WebParts } from '../parts.ts';
import { anyoneOf } from './person.ts';

const PATH = '/account/signed-in';
const COOKIE = 'gatehouse_account';
const HOUR = 60 * 60 * 1000;
const attributes = { path: '/account', httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;

/** Somebody who is not signed in as a user signs in first. A candidate is told that there is no account of theirs. */
export async function askWho(ctx: Context, parts: WebParts, page: string): Promise<void> {
  const here = await browserSession(ctx, parts.provider);
  if (here?.sittingOf === undefined || ctx.query[SIGN_IN] !== undefined) return toSignIn(ctx, parts, page);
  const back = wayBack(await rememberedApplication(ctx, parts));
  return parts.show(ctx, 'account-candidate', { back, sign_in_url: `${page}?${SIGN_IN}` }, 403);
}

/**
 * Sends somebody to sign in by the ordinary pages, as an application would, and to come back to `page`. Where they are
 * signed in already, `again` asks for the password once more.
 *
 * What the code challenge is made of is thrown away, so the code that comes back is good for nothing: the session that
 * the engine keeps is all the account page goes by.
 */
export function toSignIn(ctx: Context, { accounts }: WebParts, page: string, { again = false } = {}): void {
  const state = randomToken();
  ctx.cookies.set(COOKIE, `${state}:${page}`, { ...attributes, maxAge: HOUR });
  const request = new URLSearchParams({
    client_id: ACCOUNT_CLIENT_ID,
    response_type: 'code',
    redirect_uri: accounts.issuer + PATH,
    scope: 'openid',
    state,
    code_challenge: sha256(randomToken()).toString('base64url'),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login' } : {}),
  });
  seeOther(ctx, `/oauth2/authorize?${request}`);
}

/** `/account/signed-in`: back from there. Whoever was led here by somebody else's answer comes to the account page. */
export function signedInRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => {
    const { state, error } = ctx.query;
    const [asked = '', page = ''] = (ctx.cookies.get(COOKIE, { signed: true }) ?? '').split(':');
    ctx.cookies.set(COOKIE, null, attributes);
    if (error !== undefined) return notSignedIn(ctx, parts);
    return seeOther(ctx, asked && asked === state ? page : '/account');
  });
  return router;
}

/** Whoever did not want to goes back to the account page, as far as they are signed in there. */
async function notSignedIn(ctx: Context, parts: WebParts): Promise<void> {
  const person = await anyoneOf(ctx, parts);
  const due = person?.user.deletionDueAt;
  if (due) return parts.show(ctx, 'account-deleted', { due: wordsFor(ctx).day(due) });
  if (person) return seeOther(ctx, '/account');
  return parts.show(ctx, 'lost', { back: { href: '/account', name: 'Gatehouse' } }, 400);
}
