import Router from '@koa/router';
import { decodeJwt } from 'jose';
import { type Context, type Csrf, field, readForm, type Show, type State, wordsFor } from '../http/index.ts';
import { type DemoSession, type RelyingParty, relyingParty } from './relying-party.ts';
import { createVisits, type Visit } from './visits.ts';

export interface DemoParts {
  readonly issuer: string;
  readonly show: Show;
  readonly csrf: Csrf;
  /** Where mail can be read that goes nowhere. */
  readonly mailbox: string | undefined;
}

/** One of the two demo applications. */
export interface DemoApplication {
  readonly clientId: string;
  readonly name: string;
  /** Its path: `/demo` or `/demo/second`. */
  readonly path: string;
  readonly other: string;
  readonly second: boolean;
}

/** The pages of a demo application: sign in, look at the claims, call the API, refresh, sign out. */
export function demoApplication(application: DemoApplication, parts: DemoParts): Router<State> {
  const { path, clientId } = application;
  const base = parts.issuer + path;
  const party = relyingParty(parts.issuer, clientId, `${base}/callback`, `${parts.issuer}/demo/api`);
  const visitOf = createVisits(`${clientId}_visit`, path);
  const router = new Router<State>({ prefix: path });

  router.get('/', (ctx) => home(ctx, application, parts, visitOf(ctx)));
  router.get('/start', async (ctx) => {
    // An invited candidate comes with `iss` (OIDC Core 4).
    const { url, pending } = await party.begin(ctx.query['iss'] === parts.issuer);
    visitOf(ctx).pending.set(pending.state, pending);
    ctx.redirect(url.href);
  });
  router.get('/callback', async (ctx) => {
    await callback(ctx, party, visitOf(ctx), base);
    ctx.redirect(base);
  });
  const action = (name: string, act: (visit: Visit, session: DemoSession) => Promise<string>) =>
    router.post(name, readForm, async (ctx) => {
      const visit = visitOf(ctx);
      const session = parts.csrf.verify(ctx, field(ctx, '_csrf')) && visit.session;
      ctx.redirect(session ? await act(visit, session) : base);
      ctx.status = 303;
    });
  action('/call-api', async (visit, session) => {
    visit.api = await callApi(`${parts.issuer}/demo/api/me`, session);
    return base;
  });
  action('/refresh', async (visit, session) => {
    await refresh(visit, party, session);
    return base;
  });
  action('/sign-out', async (visit, session) => {
    delete visit.session;
    return (await party.signOut(session, base)).href;
  });
  return router;
}

/** Takes the answer to a sign-in that this browser began. */
async function callback(ctx: Context, party: RelyingParty, visit: Visit, base: string): Promise<void> {
  const { state, error } = ctx.query;
  const pending = typeof state === 'string' ? visit.pending.get(state) : undefined;
  if (!pending) {
    visit.notice = 'demo.sign_in_over';
    return;
  }
  visit.pending.delete(pending.state);
  try {
    visit.session = await party.finish(new URL(`${base}/callback${ctx.search}`), pending);
  } catch (cause) {
    if (error === undefined) throw cause;
    visit.notice = 'demo.nothing_shared';
  }
}

/** Signing out elsewhere, or taking back one's consent, ends the tokens here, too. */
async function refresh(visit: Visit, party: RelyingParty, session: DemoSession): Promise<void> {
  const fresh = await party.refresh(session);
  if (fresh) {
    visit.session = fresh;
    visit.refreshed = true;
  } else {
    delete visit.session;
    visit.notice = 'demo.sign_in_ended';
  }
}

async function callApi(url: string, { tokens }: DemoSession): Promise<{ status: number; body: string }> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  return { status: answer.status, body: JSON.stringify(await answer.json(), null, 2) };
}

async function home(
  ctx: Context,
  { name, path, other, second }: DemoApplication,
  parts: DemoParts,
  visit: Visit,
): Promise<void> {
  const { session, api, refreshed } = visit;
  const notice = visit.notice && wordsFor(ctx).t(visit.notice);
  delete visit.api;
  delete visit.notice;
  delete visit.refreshed;
  if (!session) {
    const urls = { start_url: `${path}/start`, second_url: other, mailbox_url: parts.mailbox };
    return parts.show(ctx, 'demo', { app: { name }, notice, second, ...urls });
  }
  return parts.show(ctx, 'demo-home', {
    app: { name },
    csrf: parts.csrf.token(ctx),
    application: name,
    second,
    claims: session.tokens.claims() ?? {},
    scopes: String(decodeJwt(session.tokens.access_token)['scope'] ?? '').split(' '),
    access_token_expires_at: new Date(session.expiresAt).toISOString(),
    api,
    refreshed: refreshed === true,
    urls: {
      api: `${path}/call-api`,
      refresh: `${path}/refresh`,
      sign_out: `${path}/sign-out`,
      other_application: other,
    },
  });
}
