import type { KoaContextWithOIDC } from 'oidc-provider';

/** The engine's words for a grant that a client did not register; a test tells when they change. */
const GRANT_NOT_ALLOWED = 'requested grant type is not allowed for this client';

/**
 * RFC 6749 §5.2 calls a client that uses a grant it may not `unauthorized_client`; the engine says `invalid_request`.
 * Heard once the engine has answered, and before the answer leaves.
 */
export function nameUnauthorizedClient(ctx: KoaContextWithOIDC, error: Error): void {
  const { body } = ctx;
  if (!('error_description' in error) || error.error_description !== GRANT_NOT_ALLOWED) return;
  if (typeof body === 'object' && body !== null) ctx.body = { ...body, error: 'unauthorized_client' };
}
