import type { Context, Middleware } from 'koa';
import compose from 'koa-compose';
import type { Provider } from 'oidc-provider';
import { ArtifactConflict, type UnitOfWork, type Write } from '../artifacts/index.ts';
import { answerLostRace } from './lost-race.ts';
import type { CurrentProvider } from './provider.ts';

/** Keys and metadata are for everyone, and change rarely; a gateway may keep them for five minutes. */
const PUBLISHED = 'public, max-age=300';

/** One request, one unit of work: what it writes is committed, as one, before its answer leaves. */
export function unitOfWork(work: UnitOfWork): Middleware {
  return (_ctx, next) => work.run(next);
}

/** Hands the protocol's own paths to the engine; everything else goes on. */
export function mountProvider(current: CurrentProvider, work: UnitOfWork): Middleware {
  const engines = new WeakMap<Provider, Middleware>();
  const engineOf = (provider: Provider): Middleware => {
    const engine = engines.get(provider) ?? (compose(provider.middleware) as Middleware);
    engines.set(provider, engine);
    return engine;
  };
  return async (ctx, next) => {
    if (!isProtocolPath(ctx.path)) return next();
    const engine = engineOf(current.get());
    try {
      const keep = () => keptFor(ctx);
      await work.run(() => engine(ctx, next), keep);
    } catch (error) {
      if (!(error instanceof ArtifactConflict)) throw error;
      return answerLostRace(ctx, work, error);
    }
    if (ctx.path.startsWith('/.well-known/') && ctx.status === 200) ctx.set('Cache-Control', PUBLISHED);
  };
}

const isProtocolPath = (path: string) => path.startsWith('/oauth2/') || path.startsWith('/.well-known/');

/**
 * The engine turns its errors into answers, so what a request was to write hangs on how it was answered. A fault of ours
 * leaves everything as it was. A token request that was refused has used nothing up and made nothing; but what ended
 * because of it, such as the family of a token that was used twice, has ended. A proof that was shown was shown.
 */
function keptFor(ctx: Context): ((write: Write) => boolean) | undefined {
  if (ctx.status >= 500) return ({ kind }) => kind === 'claim';
  if (ctx.status >= 400 && ctx.path === '/oauth2/token') return ({ kind }) => kind !== 'put' && kind !== 'consume';
  return undefined;
}
