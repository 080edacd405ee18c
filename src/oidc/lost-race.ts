import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ArtifactConflict, UnitOfWork } from '../artifacts/index.ts';
import { Problem } from '../kernel/problem.ts';
import type { GatehouseProvider } from './gatehouse-provider.ts';
import { isRefresh } from './refresh-again.ts';

/**
 * Answers a request that lost: somebody else used the code, the refresh token or the proof, or ended the session, in the
 * moment between our look and our write. What the engine has answered did not come to be.
 */
export async function answerLostRace(ctx: Context, work: UnitOfWork, { lost }: ArtifactConflict): Promise<void> {
  ctx.remove('set-cookie');
  ctx.remove('location');
  // Only at the token endpoint is a code used; at the authorization endpoint, one that nobody got was just made.
  if (ctx.method === 'GET' || lost === 'require') throw finishedMeanwhile();
  if (lost === 'claim') return refuse(ctx, 401, 'invalid_client', 'client authentication failed');
  const oidc = ctx as unknown as KoaContextWithOIDC;
  if (isRefresh(ctx)) {
    // Whoever used the token just now was given an answer; so is whoever asked for the same in that moment.
    const { refreshing } = oidc.oidc.provider as GatehouseProvider;
    const answered = await work.run(async () => refreshing?.answer(oidc));
    if (answered) {
      ctx.status = 200;
      return;
    }
  } else await work.run(() => endCode(oidc));
  return refuse(ctx, 400, 'invalid_grant', 'grant request is invalid');
}

function refuse(ctx: Context, status: number, error: string, error_description: string): void {
  ctx.status = status;
  ctx.body = { error, error_description };
}

/** A person's browser sent the same step twice, and the other one came first; or they signed out elsewhere. */
const finishedMeanwhile = () =>
  new Problem({
    status: 400,
    code: 'already_used',
    title: 'This was done already',
    detail: 'This sign-in was finished a moment ago. Go back to the application; if you aren’t signed in, start again.',
  });

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
