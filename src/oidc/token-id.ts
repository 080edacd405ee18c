import { sha256 } from '../kernel/ids.ts';

/**
 * A JWT access token's `jti`: the digest of the grant it was issued under, a full stop, and what is its own. By the first it
 * ends with its grant, though nobody stores it; a machine's has no grant and no full stop. A digest opens nothing.
 */
export function tokenId(grantId: string | undefined, own: string): string {
  return grantId === undefined ? own : `${grantKey(sha256(grantId))}.${own.slice(0, OWN)}`;
}

/** Characters of its own that a token of a grant has: 72 bits. */
const OWN = 12;

/** How a grant is named in its tokens, and on the list of what has ended. */
export const grantKey = (grantId: Buffer): string => grantId.toString('base64url');

/** The grant that a token's id names, as a digest; undefined for a machine's. */
export function grantIn(jti: string): Buffer | undefined {
  const [key, own] = jti.split('.');
  return key && own ? Buffer.from(key, 'base64url') : undefined;
}
