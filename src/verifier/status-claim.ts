import { TokenRefused } from './errors.ts';
import type { AccessTokenClaims } from './types.ts';

/** A token's place in a status list. */
export interface StatusReference {
  readonly idx: number;
  readonly uri: string;
}

/**
 * The `status` claim (draft-ietf-oauth-status-list §6.1); undefined where a token has none.
 * @param issuer whose lists alone are asked: a token sends nobody to another address
 * @throws TokenRefused
 */
export function statusReference({ status }: AccessTokenClaims, issuer: string): StatusReference | undefined {
  if (status === undefined) return undefined;
  const { status_list } = (status ?? {}) as { readonly status_list?: unknown };
  const { idx, uri } = (status_list ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof idx !== 'number' || !Number.isSafeInteger(idx) || idx < 0) throw badStatus('names no place in a list');
  if (typeof uri !== 'string' || !isUnder(uri, issuer)) throw badStatus('names no list of the issuer');
  return { idx, uri };
}

export const badStatus = (what: string) =>
  new TokenRefused('token_claim', `the claim "status" ${what}`, { claim: 'status' });

/** As it is written: what a parser would change first (`..`, `\`, capitals in a host) is not. */
function isUnder(uri: string, issuer: string): boolean {
  return uri.startsWith(`${issuer.replace(/\/$/, '')}/`) && URL.parse(uri)?.href === uri && !uri.includes('#');
}
