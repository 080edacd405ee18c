import { InsufficientScope } from './errors.ts';
import type { AccessTokenClaims } from './types.ts';

/** What the token was given for (RFC 9068 §2.2.3). */
export function scopesOf({ scope = '' }: AccessTokenClaims): ReadonlySet<string> {
  return new Set(scope.split(' ').filter(Boolean));
}

/** @throws InsufficientScope unless the token holds every one of them. */
export function requireScopes(claims: AccessTokenClaims, ...scopes: readonly string[]): void {
  const held = scopesOf(claims);
  if (!scopes.every((scope) => held.has(scope))) throw new InsufficientScope(scopes);
}
