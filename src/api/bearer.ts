import { createLocalJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import type { ClientMetadata } from '../clients/index.ts';
import type { Context } from '../http/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import type { KeyRing } from '../keys/index.ts';
import { ACCESS_TOKEN_ALG } from '../oidc/index.ts';
import { allowOrigin, ORIGIN_NOT_ALLOWED } from './cors.ts';
import type { Access } from './description.ts';
import type { GuardParts } from './parts.ts';

/** What an access token says of its bearer (RFC 9068 §2.2). */
export interface Bearer {
  readonly client: ClientMetadata;
  /** Whose it is; a machine's token is its own client's. */
  readonly subject: string;
  readonly machine: boolean;
  readonly scopes: ReadonlySet<string>;
}

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
  detail: 'The access token has expired, is not one of ours, is for another API, or its user is no longer active.',
} satisfies ProblemMembers;

const INSUFFICIENT_SCOPE = {
  status: 403,
  code: 'insufficient_scope',
  title: 'Insufficient scope',
  detail: 'The access token does not hold the scope that WWW-Authenticate names.',
} satisfies ProblemMembers;

const claims = z.object({ sub: z.string(), client_id: z.string(), scope: z.string().default('') });

/** Whoever bears a token with this scope. */
export function withScope(parts: GuardParts, scope: string): Access<Bearer> {
  const bearerOf = bearerReader(parts);
  return {
    credentials: ['bearer'],
    problems: [AUTHENTICATION_REQUIRED, INVALID_TOKEN, INSUFFICIENT_SCOPE, ORIGIN_NOT_ALLOWED],
    async admit(ctx) {
      const bearer = await bearerOf(ctx);
      allowOrigin(ctx, bearer.client);
      if (!bearer.scopes.has(scope)) throw refusal(parts, INSUFFICIENT_SCOPE, { scope });
      return bearer;
    },
  };
}

/**
 * Reads `Authorization: Bearer` (RFC 6750 §2.1); a token anywhere else is none. Keys and clients come from memory.
 * @returns what throws a Problem with `WWW-Authenticate` for anything but a live token for Gatehouse's own API.
 */
export function bearerReader(parts: GuardParts): (ctx: Context) => Promise<Bearer> {
  const verify = verifier(parts);
  return async (ctx) => {
    const { scheme, credentials } = authorizationOf(ctx);
    if (scheme !== 'bearer') throw refusal(parts, AUTHENTICATION_REQUIRED);
    parts.shown(credentials);
    const read = claims.safeParse(await verify(credentials).catch(() => undefined));
    const client = read.data && (await parts.clients.find(read.data.client_id));
    if (!read.data || !client) throw invalidToken(parts);
    const { sub, client_id, scope } = read.data;
    return { client, subject: sub, machine: sub === client_id, scopes: new Set(scope.split(' ').filter(Boolean)) };
  };
}

/** The Authorization header's two parts (RFC 9110 §11.4). */
export function authorizationOf(ctx: Context): { scheme: string; credentials: string } {
  const [scheme = '', ...credentials] = ctx.get('Authorization').split(' ');
  return { scheme: scheme.toLowerCase(), credentials: credentials.join(' ') };
}

export const invalidToken = (parts: GuardParts): Problem => refusal(parts, INVALID_TOKEN);

/** Verifies by the keys there are now; what a ring's keys say is read once. */
function verifier({ issuer, clock, keyRing }: GuardParts): (token: string) => Promise<unknown> {
  const sets = new WeakMap<KeyRing, ReturnType<typeof createLocalJWKSet>>();
  const setOf = (ring: KeyRing) => {
    const keys = ring.published.filter(({ alg }) => alg === ACCESS_TOKEN_ALG).map(({ publicJwk }) => publicJwk);
    const set = sets.get(ring) ?? createLocalJWKSet({ keys });
    sets.set(ring, set);
    return set;
  };
  return async (token) => {
    const expected = { issuer, audience: `${issuer}/v1`, typ: 'at+jwt', algorithms: [ACCESS_TOKEN_ALG] };
    const options = { ...expected, requiredClaims: ['exp', 'iat', 'jti'], currentDate: clock.now(), clockTolerance: 5 };
    return (await jwtVerify(token, setOf(keyRing()), options)).payload;
  };
}

/** A refusal in the words of RFC 6750 §3: nothing but the realm where no token was shown. */
function refusal({ issuer }: GuardParts, kind: ProblemMembers, extra: Readonly<Record<string, string>> = {}): Problem {
  const error = kind === AUTHENTICATION_REQUIRED ? {} : { error: kind.code, error_description: kind.detail ?? '' };
  const parameters = Object.entries({ realm: issuer, ...error, ...extra }).map(([name, value]) => `${name}="${value}"`);
  return new Problem({ ...kind, headers: { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` } });
}
