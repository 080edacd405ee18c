import type { Context, Middleware } from 'koa';
import { HSTS } from '../http/index.ts';
import type { CurrentProvider, Engine } from './provider.ts';
import { type Published, published, sendPublished } from './published.ts';

/** The paths of the documents, by the names that the engine has for their routes. */
const ROUTES: Readonly<Record<string, string>> = {
  '/.well-known/jwks.json': 'jwks',
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/oauth-authorization-server': 'discovery',
};

/** They are the same for everybody, and no page: none of what other answers pass on their way is for them. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Answers for the keys and the discovery documents, from memory. Every gateway asks, and all at once when keys turn. */
export function publishDocuments(current: CurrentProvider, { hsts }: { readonly hsts: boolean }): Middleware {
  const headers = hsts ? { ...HEADERS, ...HSTS } : HEADERS;
  const answer = async (ctx: Context, route: string) => {
    ctx['routeName'] = route;
    const engine = current.engine();
    const document = route === 'jwks' ? engine.jwks : await discovery(ctx, engine);
    if (!document) return;
    ctx.set(headers);
    sendPublished(ctx, document);
  };
  return (ctx, next) => {
    const route = ROUTES[ctx.path];
    const isAsked = route !== undefined && (ctx.method === 'GET' || ctx.method === 'HEAD');
    return isAsked ? answer(ctx, route) : next();
  };
}

const documents = new WeakMap<Engine, Map<string, Published>>();

/** It says the same as long as the engine is the same: that is asked once. Undefined: it has answered otherwise. */
async function discovery(ctx: Context, engine: Engine): Promise<Published | undefined> {
  const known = documents.get(engine) ?? new Map<string, Published>();
  documents.set(engine, known);
  const document = known.get(ctx.path);
  if (document) return document;
  await engine.handle(ctx, async () => undefined);
  if (ctx.status !== 200) return undefined;
  const fresh = published(ctx.body, 'application/json; charset=utf-8');
  known.set(ctx.path, fresh);
  return fresh;
}
