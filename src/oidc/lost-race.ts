import type { Context } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ArtifactConflict, UnitOfWork } from '../artifacts/index.ts';
import { sha256 } from '../kernel/ids.ts';
import { Problem } from '../kernel/problem.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';
import type { GatehouseProvider } from './gatehouse-provider.ts';
import { isRefresh } from './refresh-again.ts';
import { replayed } from './replay.ts';
import { tellRevokedHere } from './tell-revoked.ts';

/**
 * Answers a request that lost: somebody else used the code, the refresh token or the proof, or ended the session, in the
 * moment between our look and our write. What the engine has answered did not come to be.
 */
export async function answerLostRace(ctx: Context, work: UnitOfWork, { lost }: ArtifactConflict): Promise<void> {
  ctx.remove('set-cookie');
  ctx.remove('location');
  const asked = ctx as unknown as KoaContextWithOIDC;
  const again = await replayed(asked);
  if (lost === 'consume' && ctx.method === 'POST') await work.run(() => endCode(asked, work));
  if (again === 'assertion') return refuse(ctx, 401, 'invalid_client', 'client authentication failed');
  if (again === 'proof') return refuseProof(ctx);
  // Only at the token endpoint is a code used; at the authorization endpoint, one that nobody got was just made.
  if (ctx.method === 'GET' || lost === 'require') throw finishedMeanwhile();
  if (isRefresh(ctx)) {
    // Whoever used the token just now was given an answer; so is whoever asked for the same in that moment.
    const { refreshing } = asked.oidc.provider as GatehouseProvider;
    const again = await work.run(async () => refreshing?.answer(asked));
    if (again === 'same') {
      ctx.status = 200;
      return;
    }
  }
  return refuse(ctx, 400, 'invalid_grant', 'grant request is invalid');
}

/** RFC 9449 §5 and §7.1: who asks for tokens is told by the body, who shows one by a challenge, too. */
function refuseProof(ctx: Context): void {
  const { route, issuer } = (ctx as unknown as KoaContextWithOIDC).oidc;
  const [error, why] = ['invalid_dpop_proof', 'the DPoP proof was shown before'];
  refuse(ctx, route === 'userinfo' ? 401 : 400, error, why);
  if (route !== 'userinfo') return;
  const told = { realm: issuer, error, error_description: why, algs: DPOP_ALGORITHMS.join(' ') };
  const parameters = Object.entries(told).map(([name, value]) => `${name}="${value}"`);
  ctx.set('WWW-Authenticate', `DPoP ${parameters.join(', ')}`);
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
async function endCode(ctx: KoaContextWithOIDC, work: UnitOfWork): Promise<void> {
  const { oidc } = ctx;
  const { AuthorizationCode: code } = oidc?.entities ?? {};
  if (!code?.grantId) return;
  const { AccessToken, AuthorizationCode, RefreshToken, Grant } = oidc.provider;
  // What was lost may be the proof alone: then the code is as good as it was.
  const used = await AuthorizationCode.find(code.jti, { ignoreExpiration: true });
  if (!used || !('consumed' in used)) return;
  const grant = await Grant.find(code.grantId);
  await Promise.all(
    [AccessToken, AuthorizationCode, RefreshToken].map((model) => model.revokeByGrantId(code.grantId as string)),
  );
  await grant?.destroy();
  await tellRevokedHere(work, sha256(code.grantId), ctx);
}
