import type { ClientMetadata } from '../clients/index.ts';
import type { Context } from '../http/index.ts';
import { noteCause } from '../kernel/correlation.ts';
import type { ProblemMembers } from '../kernel/problem.ts';
import { allowOrigin, ORIGIN_NOT_ALLOWED } from './cors.ts';
import type { Access } from './description.ts';
import type { GuardParts } from './parts.ts';
import { checkPossession, INVALID_DPOP_PROOF, USE_DPOP_NONCE } from './possession.ts';
import {
  AUTHENTICATION_REQUIRED,
  authenticationRequired,
  authorizationOf,
  INVALID_TOKEN,
  invalidToken,
  refusal,
  tokenSchemeOf,
} from './refusal.ts';
import { type TokenClaims, tokenVerifier } from './verified-tokens.ts';

/** What an access token says of its bearer (RFC 9068 §2.2). */
export interface Bearer {
  readonly client: ClientMetadata;
  /** Whose it is; a machine's token is its own client's. */
  readonly subject: string;
  readonly machine: boolean;
  readonly scopes: ReadonlySet<string>;
  /** Where it is a candidate's, what it says of that. */
  readonly candidate?: CandidateToken;
}

export interface CandidateToken {
  /** The only assessment session that it is good for, where it names one. */
  readonly sessionId: string | undefined;
  /** The sign-in that it is of. */
  readonly sid: string | undefined;
}

const INSUFFICIENT_SCOPE = {
  status: 403,
  code: 'insufficient_scope',
  title: 'Insufficient scope',
  detail: 'The access token does not hold the scope that WWW-Authenticate names.',
} satisfies ProblemMembers;

/** Why a token is not taken, whatever it is for. */
export const TOKEN_PROBLEMS = [
  AUTHENTICATION_REQUIRED,
  INVALID_TOKEN,
  INVALID_DPOP_PROOF,
  USE_DPOP_NONCE,
  ORIGIN_NOT_ALLOWED,
] as const;

/** Whoever bears a token with this scope. */
export const withScope = (parts: GuardParts, scope: string): Access<Bearer> =>
  bearing(parts, scope, (bearer, requireIt) => {
    requireIt();
    return bearer;
  });

/** Whoever bears a token, as `admit` says who that is; where it says so, with this scope. */
export function bearing<Who>(
  parts: GuardParts,
  scope: string,
  admit: (bearer: Bearer, requireIt: () => void) => Who,
): Access<Who> {
  const bearerOf = bearerReader(parts);
  return {
    credentials: ['bearer', 'dpop'],
    scope,
    problems: [...TOKEN_PROBLEMS, INSUFFICIENT_SCOPE],
    async admit(ctx) {
      const bearer = await bearerOf(ctx);
      return admit(bearer, () => requireScope(parts, ctx, bearer, scope));
    },
  };
}

/** @throws Problem 403 that names the scope, where the token does not hold it. */
function requireScope(parts: GuardParts, ctx: Context, { scopes }: Bearer, scope: string): void {
  if (!scopes.has(scope)) throw refusal(parts, tokenSchemeOf(ctx) ?? 'bearer', INSUFFICIENT_SCOPE, { scope });
}

function kindOf(machine: boolean, isCandidate: boolean): 'client' | 'candidate' | 'user' {
  if (machine) return 'client';
  return isCandidate ? 'candidate' : 'user';
}

/**
 * Reads `Authorization: Bearer` (RFC 6750 §2.1) or `DPoP` (RFC 9449 §7.1); a token anywhere else is none. Keys and
 * clients come from memory. A page of the token's own client may read also why it is refused.
 * @returns what throws a Problem with `WWW-Authenticate` for anything but a live token for Gatehouse's own API, shown
 * with the key that it is bound to.
 */
export function bearerReader(parts: GuardParts): (ctx: Context) => Promise<Bearer> {
  const verify = tokenVerifier(parts);
  return async (ctx) => {
    const scheme = tokenSchemeOf(ctx);
    if (!scheme) throw authenticationRequired(parts);
    const { credentials: token } = authorizationOf(ctx);
    parts.shown(token);
    const claims = await verify(token).catch(() => undefined);
    if (!claims || (await hasEnded(parts, claims))) throw invalidToken(parts, ctx);
    const { sub, client_id, scope, cnf, candidate_id, assessment_session_id: sessionId, sid } = claims;
    const client = await parts.clients.find(client_id);
    if (!client) throw invalidToken(parts, ctx);
    allowOrigin(ctx, client);
    await checkPossession(parts, ctx, { token, scheme, clientId: client_id, cnf });
    const [machine, isCandidate] = [sub === client_id, candidate_id === sub];
    noteCause({ actor: `${kindOf(machine, isCandidate)}:${sub}`, clientId: client_id });
    const candidate = isCandidate ? { candidate: { sessionId, sid } } : {};
    return { client, subject: sub, machine, scopes: new Set(scope.split(' ').filter(Boolean)), ...candidate };
  };
}

/**
 * Whether what a token belongs to has ended. That a candidate's session is over ends their sign-ins and grants with a date
 * (`endTokensOf`), and they may still read here how it ended: of those ends the ones without a date count, which mean the
 * latest token too.
 */
async function hasEnded({ revocations }: GuardParts, claims: TokenClaims): Promise<boolean> {
  if (claims.candidate_id !== claims.sub) return revocations.isRevoked(claims);
  const { jti, sid, ...others } = claims;
  return (await revocations.isRevoked(others)) || revocations.isRevoked({ jti, sid, iat: Number.MAX_SAFE_INTEGER });
}
