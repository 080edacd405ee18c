import type { Context, Middleware } from 'koa';
import { ArtifactConflict, type UnitOfWork, type Write } from '../artifacts/index.ts';
import { isAway } from '../kernel/away.ts';
import { askForAllAgain } from './ask-again.ts';
import { nameChallenge, routeChallenge } from './challenge.ts';
import { answerLostRace } from './lost-race.ts';
import type { CurrentProvider } from './provider.ts';

/** One request, one unit of work: what it writes is committed, as one, before its answer leaves. */
export function unitOfWork(work: UnitOfWork): Middleware {
  return (_ctx, next) => work.run(next);
}

/** Hands the protocol's own paths to the engine; everything else goes on. */
export function mountProvider(current: CurrentProvider, work: UnitOfWork): Middleware {
  return async (ctx, next) => {
    if (!isProtocolPath(ctx.path)) return next();
    const { handle } = current.engine();
    if (!(await current.canSign())) return refuseToSign(ctx);
    routeChallenge(ctx);
    try {
      const keep = () => keptFor(ctx);
      await work.run(() => handle(ctx, next), keep);
      nameChallenge(ctx);
    } catch (error) {
      return answerUnwritten(ctx, work, error);
    }
  };
}

/** What the request was to write was not written, or not all of it: what the engine has answered did not come to be. */
async function answerUnwritten(ctx: Context, work: UnitOfWork, error: unknown): Promise<void> {
  if (isAway(error)) return askForAllAgain(ctx);
  if (error instanceof ArtifactConflict) return answerLostRace(ctx, work, error);
  throw error;
}

const isProtocolPath = (path: string) => path.startsWith('/oauth2/') || path.startsWith('/.well-known/');

/**
 * The engine turns its errors into answers, so what a request was to write hangs on how it was answered. A fault of ours
 * leaves everything as it was. A token request that was refused has used nothing up and made nothing; but what ended
 * because of it, such as the family of a token that was used twice, has ended. A proof that was shown was shown.
 */
function keptFor(ctx: Context): ((write: Write) => boolean) | undefined {
  if (ctx.status >= 500) return ({ kind }) => kind === 'claim';
  if (ctx.status >= 400 && ctx['oidc']?.route === 'token') return ({ kind }) => kind !== 'put' && kind !== 'consume';
  return undefined;
}

/** A node that has not seen the keys for too long signs nothing: others may have retired its key. */
function refuseToSign(ctx: Context): void {
  ctx.status = 503;
  ctx.set('Retry-After', '30');
  const error_description = 'this node cannot read its signing keys, and those it has may no longer be published';
  ctx.body = { error: 'temporarily_unavailable', error_description };
}
