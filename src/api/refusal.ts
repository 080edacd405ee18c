import type { Context } from '../http/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { DPOP_ALGORITHMS } from '../oidc/index.ts';
import type { GuardParts } from './parts.ts';

export const AUTHENTICATION_REQUIRED = {
  status: 401,
  code: 'authentication_required',
  title: 'Authentication required',
  detail: 'Say who you are: see WWW-Authenticate for how.',
} satisfies ProblemMembers;

export const INVALID_TOKEN = {
  status: 401,
  code: 'invalid_token',
  title: 'Invalid token',
  detail:
    'The access token has expired, is not one of ours, is for another API, is bound to a key that was not shown, or its user is no longer active.',
} satisfies ProblemMembers;

/** By which schemes a token can come. */
export type TokenScheme = 'bearer' | 'dpop';

/** The Authorization header's two parts (RFC 9110 §11.4). */
export function authorizationOf(ctx: Context): { scheme: string; credentials: string } {
  const [scheme = '', ...credentials] = ctx.get('Authorization').split(' ');
  return { scheme: scheme.toLowerCase(), credentials: credentials.join(' ') };
}

/** That scheme, where a token came by one. */
export function tokenSchemeOf(ctx: Context): TokenScheme | undefined {
  const { scheme } = authorizationOf(ctx);
  return scheme === 'bearer' || scheme === 'dpop' ? scheme : undefined;
}

/** How a token can be shown (RFC 6750 §3, RFC 9449 §7.1), for who has shown none. */
export const tokenChallenges = ({ issuer }: Pick<GuardParts, 'issuer'>): string =>
  [challenge('bearer', { realm: issuer }), challenge('dpop', { realm: issuer })].join(', ');

export const authenticationRequired = (parts: GuardParts): Problem =>
  new Problem({ ...AUTHENTICATION_REQUIRED, headers: { 'WWW-Authenticate': tokenChallenges(parts) } });

/** A refusal in the words of the scheme that was tried. */
export function refusal(
  { issuer }: GuardParts,
  scheme: TokenScheme,
  kind: ProblemMembers,
  extra: Readonly<Record<string, string>> = {},
): Problem {
  const told = { realm: issuer, error: kind.code, error_description: kind.detail ?? '', ...extra };
  return new Problem({ ...kind, headers: { ...kind.headers, 'WWW-Authenticate': challenge(scheme, told) } });
}

export const invalidToken = (parts: GuardParts, ctx: Context): Problem =>
  refusal(parts, tokenSchemeOf(ctx) ?? 'bearer', INVALID_TOKEN);

function challenge(scheme: TokenScheme, told: Readonly<Record<string, string>>): string {
  const parameters = scheme === 'dpop' ? { ...told, algs: DPOP_ALGORITHMS.join(' ') } : told;
  const written = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return `${NAMES[scheme]} ${written.join(', ')}`;
}

const NAMES = { bearer: 'Bearer', dpop: 'DPoP' } as const;
