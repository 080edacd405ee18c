import Router from '@koa/router';
import { type Context, type Middleware, type State, within } from '../http/index.ts';
import { Problem } from '../kernel/problem.ts';
import { accountRoutes } from './accounts.ts';
import { auditRoutes } from './audit.ts';
import { candidateSessionRoutes } from './candidate-sessions.ts';
import { candidateRoutes } from './candidates.ts';
import { answerPreflight } from './cors.ts';
import { showDocs } from './docs.ts';
import { eventSinkRoutes } from './event-sinks.ts';
import { eventRoutes } from './events.ts';
import { invitationRoutes } from './invitations.ts';
import { keyRoutes } from './keys.ts';
import { meRoutes } from './me.ts';
import { type Document, documentOf } from './openapi.ts';
import type { ApiParts } from './parts.ts';
import { METHOD_NOT_ALLOWED } from './problems.ts';
import { revocationRoutes } from './revocations.ts';
import type { Route } from './route.ts';
import { sessionHistoryRoutes } from './session-history.ts';
import { sessionRoutes } from './sessions.ts';
import { userGrantRoutes } from './user-grants.ts';
import { userSessionRoutes } from './user-sessions.ts';
import { userRoutes } from './users.ts';

/** Everything under `/v1`: the resources, and the document that tells of them. */
export function apiRoutes(parts: ApiParts): Middleware {
  const routes = [
    ...[accountRoutes, meRoutes, userRoutes, userSessionRoutes, userGrantRoutes, keyRoutes, revocationRoutes],
    ...[candidateRoutes, candidateSessionRoutes, sessionRoutes, sessionHistoryRoutes, invitationRoutes],
    ...[eventRoutes, eventSinkRoutes, auditRoutes],
  ].flatMap((routesOf) => routesOf(parts));
  let written: Document | undefined;
  // Once somebody asks: it is a fifth of a start's work.
  const document = () => {
    written ??= documentOf(parts.issuer, routes);
    return written;
  };
  const about = new Router<State>();
  about.get('/v1/openapi.json', (ctx) => {
    ctx.body = document();
  });
  about.get('/v1/docs', (ctx) => showDocs(ctx, parts.show, document()));
  return within('/v1/', eachByItself(routes, about.routes() as Middleware));
}

/** A router for each resource: one for all of them would hold a request against every route that there is. */
function eachByItself(routes: readonly Route[], others: Middleware): Middleware {
  const groups = Map.groupBy(routes, ({ path }) => resourceOf(path));
  const routers = new Map([...groups].map(([name, own]) => [name, routerOf(own).routes() as Middleware]));
  return (ctx, next) => (routers.get(resourceOf(ctx.path)) ?? others)(ctx, next);
}

/** `users` in `/v1/users/:id`. */
const resourceOf = (path: string): string => path.split('/', 3)[2] ?? '';

/** Answers each route, a browser that asks first, and whoever has the right path and the wrong method. */
export function routerOf(routes: readonly Route[]): Router<State> {
  const router = new Router<State>();
  for (const { method, path, answer } of routes) router[method](asPattern(path), answer);
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    router.all(asPattern(path), (ctx) => answerOther(ctx, methods.join(', ')));
  }
  return router;
}

function answerOther(ctx: Context, methods: string): void {
  if (ctx.method !== 'OPTIONS') throw new Problem({ ...METHOD_NOT_ALLOWED, headers: { Allow: methods } });
  answerPreflight(ctx, methods);
}

/** OpenAPI writes `{id}`, the router `:id`. */
const asPattern = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');
