import { z } from 'zod';
import type { Report } from './document.ts';
import { check } from './problems.ts';
import type { ResourceDeclaration } from './types.ts';
import { isAbsoluteUri } from './uris.ts';

/** Scopes about the user, which belong to no API. */
export const IDENTITY_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** What a token for Gatehouse's own API can be allowed to do. */
export const OWN_SCOPES: readonly string[] = [
  ...['candidates:read', 'candidates:write', 'sessions:read', 'sessions:write', 'users:read', 'users:write'],
  ...['keys:read', 'keys:write', 'revocations:read', 'events:read', 'events:write', 'audit:read'],
];

/** Seconds. */
export const DEFAULT_TTL = 900;

/** RFC 6749 §3.3 scope-token. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Scope tokens with single spaces between. */
export const scopeString = z
  .string()
  .refine((value) => value.split(' ').every(isScopeToken), 'must be scope names with single spaces between');

const scope = z
  .string()
  .refine(isScopeToken, 'must be a scope name: no spaces, quotes or backslashes')
  .refine((value) => !IDENTITY_SCOPES.includes(value), `must not be one of ${IDENTITY_SCOPES.join(', ')}`)
  // A client that may ask an API of yours for users:read could ask Gatehouse for it too, and get everybody.
  .refine((value) => !OWN_SCOPES.includes(value), "is a scope of Gatehouse's own API: choose another name");

const resourceSchema = z.strictObject({
  identifier: z
    .string()
    .refine((value) => isAbsoluteUri(value) && !value.includes('#'), 'must be an absolute URI without a fragment'),
  scopes: z.array(scope),
  access_token_ttl: z.int().min(60).max(86_400).default(DEFAULT_TTL),
  access_token_signing_alg: z.enum(['ES256', 'RS256']).exactOptional(),
  default: z.boolean().default(false),
  claims: z.array(z.enum(['email', 'email_verified', 'name', 'locale'])).exactOptional(),
});

/** Gatehouse's own API, which needs no entry. */
export function ownResource(issuer: string): ResourceDeclaration {
  return { identifier: `${issuer}/v1`, scopes: OWN_SCOPES, access_token_ttl: DEFAULT_TTL, default: false };
}

/** One entry of the list; `report` gets paths from the entry on. Undefined when it is faulty. */
export function readResource(entry: unknown, issuer: string, report: Report): ResourceDeclaration | undefined {
  const result = check(resourceSchema, entry);
  if ('problems' in result) {
    for (const { path, problem } of result.problems) report(path, problem);
    return undefined;
  }
  const { identifier, scopes } = result.data;
  if (new URL(identifier).href === new URL(`${issuer}/v1`).href) {
    report(['identifier'], "is Gatehouse's own API, which needs no entry: remove it");
  }
  return { ...result.data, scopes: [...new Set(scopes)] };
}

function isScopeToken(value: string): boolean {
  return SCOPE_TOKEN.test(value);
}
