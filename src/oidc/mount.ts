import type { Context, Middleware } from 'koa';
import compose from 'koa-compose';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ArtifactConflict, type UnitOfWork } from '../artifacts/index.ts';
import { Problem } from '../kernel/problem.ts';
import type { CurrentProvider } from './provider.ts';

/** One request, one unit of work: what it writes is committed, as one, before its answer leaves. */
export function unitOfWork(work: UnitOfWork): Middleware {
  return (_ctx, next) => work.run(next);
}

/** Hands the protocol's own paths to the engine; everything else goes on. */
export function mountProvider(current: CurrentProvider, work: UnitOfWork): Middleware {
  const composed = new WeakMap<Provider, Middleware>();
  return async (ctx, next) => {
    if (!isProtocolPath(ctx.path)) return next();
    const provider = current.get();
    const engine = composed.get(provider) ?? (compose(provider.middleware) as Middleware);
    composed.set(provider, engine);
    try {
      await work.run(() => engine(ctx, next));
    } catch (error) {
      if (!(error instanceof ArtifactConflict)) throw error;
      forget(ctx);
      // Only at the token endpoint is a code used; at the authorization endpoint, one that nobody got was just made.
      if (ctx.method === 'GET') throw finishedMeanwhile();
      await work.run(() => endCode(ctx as unknown as KoaContextWithOIDC));
      lost(ctx);
    }
  };
}

const isProtocolPath = (path: string) => path.startsWith('/oauth2/') || path.startsWith('/.well-known/');

/** What the engine has answered did not come to be. */
function forget(ctx: Context): void {
  ctx.remove('set-cookie');
  ctx.remove('location');
}

/** A person's browser sent the same step twice, and the other one came first. */
const finishedMeanwhile = () =>
  new Problem({
    status: 400,
    code: 'already_used',
    title: 'This was done already',
    detail: 'This sign-in was finished a moment ago. Go back to the application; if you aren’t signed in, start again.',
  });

/** Somebody else used the code, the refresh token or the proof in the moment between our look and our write. */
function lost(ctx: Context): void {
  ctx.status = 400;
  ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
}

/** A code used twice ends what it had issued (RFC 6749 §4.1.2), also when both came in the same moment. */
async function endCode({ oidc }: KoaContextWithOIDC): Promise<void> {
  const { AuthorizationCode: code } = oidc?.entities ?? {};
  if (!code?.grantId) return;
  const { AccessToken, AuthorizationCode, RefreshToken, Grant } = oidc.provider;
  const grant = await Grant.find(code.grantId);
  await Promise.all(
    [AccessToken, AuthorizationCode, RefreshToken].map((model) => model.revokeByGrantId(code.grantId as string)),
  );
  await grant?.destroy();
}
