import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { UnitOfWork } from '../artifacts/index.ts';
import { grantKey } from './token-id.ts';

/** A token that has ended, as far as it is known whose it was. */
interface Revoked {
  readonly userId: string | undefined;
  readonly clientId: string | undefined;
  /** Undefined for a machine's. */
  readonly grantId: Buffer | undefined;
  readonly reason: 'revoked' | 'reused';
}

/** Writes down that a token has ended; with its grant, where it had one: of several that end the same grant, once. */
export function tellRevoked(work: UnitOfWork, { userId, clientId, grantId, reason }: Revoked): Promise<void> {
  const of = grantId && ({ model: 'Grant', id: grantId } as const);
  const grant_id = grantId ? grantKey(grantId) : null;
  const data = { user_id: userId ?? null, client_id: clientId ?? null, grant_id, reason };
  return work.tell({ type: 'identity.token.revoked.v1', subject: userId ?? clientId, clientId, data }, of);
}

const REASONS: Readonly<Record<string, Revoked['reason']>> = { revocation: 'revoked', token: 'reused' };

/**
 * The same for what the engine ends by itself: by the token that was sent, at the revocation endpoint or where it was used
 * twice. What ends with a session is told by the session.
 */
export async function tellRevokedHere(
  work: UnitOfWork,
  grantId: Buffer,
  ctx: KoaContextWithOIDC | undefined = Provider.ctx as KoaContextWithOIDC | undefined,
): Promise<void> {
  const reason = REASONS[ctx?.oidc.route ?? ''];
  if (!ctx || !reason) return;
  const { RefreshToken, AuthorizationCode, AccessToken } = ctx.oidc.entities;
  const { accountId: userId, clientId } = RefreshToken ?? AuthorizationCode ?? AccessToken ?? {};
  await tellRevoked(work, { userId, clientId, grantId, reason });
}
