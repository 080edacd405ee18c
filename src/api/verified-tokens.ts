import { z } from 'zod';
import { ACCESS_TOKEN_ALG, accessTokenVerifier } from '../oidc/index.ts';
import type { GuardParts } from './parts.ts';
import { confirmation } from './possession.ts';

/** Seconds that clocks of issuing and verifying nodes may differ by. */
const TOLERANCE = 5;

/**
 * Verifies access tokens for Gatehouse's own API; whoever asks looks whether one was revoked.
 * @returns what resolves with the claims, and rejects for anything but a live token
 */
export function tokenVerifier(parts: GuardParts): VerifyToken {
  const verify = verifiers.get(parts) ?? newVerifier(parts);
  verifiers.set(parts, verify);
  return verify;
}

const claims = z.object({
  sub: z.string(),
  client_id: z.string(),
  scope: z.string().default(''),
  cnf: confirmation.default({}),
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  sid: z.string().optional(),
  candidate_id: z.string().optional(),
  assessment_session_id: z.string().optional(),
});

/** What an access token says, as far as it is looked at here. */
export type TokenClaims = z.infer<typeof claims>;

export type VerifyToken = (token: string) => Promise<TokenClaims>;

/** One for all routes of a server. */
const verifiers = new WeakMap<GuardParts, VerifyToken>();

function newVerifier(parts: GuardParts): VerifyToken {
  return accessTokenVerifier(parts, {
    algorithms: [ACCESS_TOKEN_ALG],
    audience: `${parts.issuer}/v1`,
    requiredClaims: ['exp', 'iat', 'jti'],
    tolerance: TOLERANCE,
    read: (payload) => claims.parse(payload),
  });
}
