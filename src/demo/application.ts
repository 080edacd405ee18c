import Router from '@koa/router';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Context, type Csrf, field, readForm, type Show, type State } from '../http/index.ts';
import { randomToken } from '../kernel/ids.ts';
import { Problem } from '../kernel/problem.ts';
import { type DemoSession, type Pending, type RelyingParty, relyingParty } from './relying-party.ts';

export interface DemoParts {
  readonly issuer: string;
  readonly show: Show;
  readonly csrf: Csrf;
}

/** One of the two demo applications. */
export interface DemoApplication {
  readonly clientId: string;
  readonly name: string;
  /** Its path: `/demo` or `/demo/second`. */
  readonly path: string;
  readonly other: string;
}

interface Visit {
  pending?: Pending;
  session?: DemoSession;
  api?: { status: number; body: string };
  refreshed?: boolean;
}

/** The pages of a demo application: sign in, look at the claims, call the API, refresh, sign out. */
export function demoApplication(application: DemoApplication, parts: DemoParts): Router<State> {
  const { path, clientId } = application;
  const base = parts.issuer + path;
  const party = relyingParty(parts.issuer, clientId, `${base}/callback`, `${parts.issuer}/demo/api`);
  const visits = visitsOf(application);
  const router = new Router<State>({ prefix: path });

  router.get('/', (ctx) => home(ctx, application, parts, visits.of(ctx)));
  router.get('/start', async (ctx) => {
    const { url, pending } = await party.begin();
    visits.of(ctx).pending = pending;
    ctx.redirect(url.href);
  });
  router.get('/callback', async (ctx) => {
    await callback(ctx, party, visits.of(ctx), base);
    ctx.redirect(base);
  });
  const action = (name: string, act: (ctx: Context, visit: Visit, session: DemoSession) => Promise<string>) =>
    router.post(name, readForm, async (ctx) => {
      const visit = visits.of(ctx);
      const allowed = parts.csrf.verify(ctx, field(ctx, '_csrf')) && visit.session;
      ctx.redirect(allowed ? await act(ctx, visit, allowed) : base);
      ctx.status = 303;
    });
  action('/call-api', async (_ctx, visit, session) => {
    visit.api = await callApi(`${parts.issuer}/demo/api/me`, session);
    return base;
  });
  action('/refresh', async (_ctx, visit, session) => {
    visit.session = await party.refresh(session);
    visit.refreshed = true;
    return base;
  });
  action('/sign-out', async (_ctx, visit, session) => {
    delete visit.session;
    return (await party.signOut(session, base)).href;
  });
  return router;
}

/** Visits live in memory, found by a cookie of the application's own, as in any application. */
function visitsOf({ clientId, path }: DemoApplication) {
  const visits = new LRUCache<string, Visit>({ max: 1000 });
  const cookie = `${clientId}_visit`;
  return {
    of(ctx: Context): Visit {
      const id = ctx.cookies.get(cookie, { signed: false });
      const known = id && visits.get(id);
      if (known) return known;
      const [fresh, visit] = [randomToken(), {}];
      visits.set(fresh, visit);
      ctx.cookies.set(cookie, fresh, { httpOnly: true, sameSite: 'lax', path, signed: false });
      return visit;
    },
  };
}

async function callback(ctx: Context, party: RelyingParty, visit: Visit, base: string): Promise<void> {
  if (!visit.pending)
    throw new Problem({
      status: 400,
      code: 'no_sign_in',
      title: 'No sign-in is under way',
      detail: 'Go to /demo and start again.',
    });
  const { pending } = visit;
  delete visit.pending;
  try {
    visit.session = await party.finish(new URL(`${base}/callback${ctx.search}`), pending);
  } catch (error) {
    if (ctx.query['error'] === undefined) throw error;
    // The person cancelled or denied: back to the start, signed out.
  }
}

async function callApi(url: string, { tokens }: DemoSession): Promise<{ status: number; body: string }> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  return { status: answer.status, body: JSON.stringify(await answer.json(), null, 2) };
}

async function home(
  ctx: Context,
  { name, path, other }: DemoApplication,
  parts: DemoParts,
  visit: Visit,
): Promise<void> {
  const { session, api, refreshed } = visit;
  if (!session) return parts.show(ctx, 'demo', { app: { name }, start_url: `${path}/start`, second_url: other });
  delete visit.api;
  delete visit.refreshed;
  return parts.show(ctx, 'demo-home', {
    app: { name },
    csrf: parts.csrf.token(ctx),
    application: name,
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
