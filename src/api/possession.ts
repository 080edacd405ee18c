import { z } from 'zod';
import { ArtifactConflict } from '../artifacts/index.ts';
import type { Context } from '../http/index.ts';
import type { ProblemMembers } from '../kernel/problem.ts';
import { DpopProofError, PROOF_LIFE, thumbprintOf } from '../oidc/index.ts';
import type { GuardParts } from './parts.ts';
import { INVALID_TOKEN, refusal, type TokenScheme } from './refusal.ts';

export const INVALID_DPOP_PROOF = {
  status: 401,
  code: 'invalid_dpop_proof',
  title: 'Invalid DPoP proof',
  detail: 'The header DPoP holds no proof for this request: WWW-Authenticate says why.',
} satisfies ProblemMembers;

export const USE_DPOP_NONCE = {
  status: 401,
  code: 'use_dpop_nonce',
  title: 'Use a DPoP nonce',
  detail: 'The proof has no nonce of ours, or an old one: make another with the one in the header DPoP-Nonce.',
} satisfies ProblemMembers;

/** What a token is bound to (RFC 7800); by anything else we would not know how to look. */
export const confirmation = z.strictObject({ jkt: z.string().exactOptional(), 'x5t#S256': z.string().exactOptional() });

/** A verified access token, and how it came. */
export interface ShownToken {
  readonly token: string;
  readonly scheme: TokenScheme;
  readonly clientId: string;
  readonly cnf: z.infer<typeof confirmation>;
}

/**
 * Checks that a token's key was shown with it, a certificate (RFC 8705 §3) or a proof that is fresh and new (RFC 9449
 * §7). A token that is bound is none without.
 * @throws Problem 401
 */
export async function checkPossession(parts: GuardParts, ctx: Context, shown: ShownToken): Promise<void> {
  const { scheme, cnf } = shown;
  const certificate = parts.possession.certificateOf(ctx)?.certificate;
  if (cnf['x5t#S256'] !== undefined && cnf['x5t#S256'] !== (certificate && thumbprintOf(certificate))) {
    throw refusal(parts, scheme, INVALID_TOKEN);
  }
  if (cnf.jkt !== undefined || scheme === 'dpop') await checkProof(parts, ctx, shown);
}

async function checkProof(
  parts: GuardParts,
  ctx: Context,
  { token, scheme, clientId, cnf }: ShownToken,
): Promise<void> {
  if (scheme !== 'dpop' || cnf.jkt === undefined) throw refusal(parts, 'dpop', INVALID_TOKEN);
  const { checkProof: check, claim } = parts.possession;
  const request = { method: ctx.method, url: parts.issuer + ctx.path, accessToken: token };
  const { jkt, jti } = await check(ctx, request).catch((error: unknown) => refuseProof(parts, error));
  if (jkt !== cnf.jkt) throw refusal(parts, 'dpop', INVALID_TOKEN);
  await claim(ctx, clientId, jti, PROOF_LIFE).catch((error: unknown) => refuseProof(parts, error));
}

function refuseProof(parts: GuardParts, error: unknown): never {
  if (error instanceof ArtifactConflict) {
    throw refusal(parts, 'dpop', INVALID_DPOP_PROOF, { error_description: 'the proof was shown before' });
  }
  if (!(error instanceof DpopProofError)) throw error;
  const told = { error_description: error.message };
  if (error.nonce === undefined) throw refusal(parts, 'dpop', INVALID_DPOP_PROOF, told);
  throw refusal(parts, 'dpop', { ...USE_DPOP_NONCE, headers: { 'DPoP-Nonce': error.nonce } }, told);
}
