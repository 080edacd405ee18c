import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { UnitOfWork } from '../artifacts/index.ts';
import { grantKey } from './token-id.ts';

/** A grant that has ended, as far as it is known whose it was. */
interface Revoked {
  readonly userId: string | undefined;
  readonly clientId: string | undefined;
  readonly grantId: Buffer;
  readonly reason: 'revoked' | 'reused';
}

/** Writes down that a token has ended with its grant: of several that end the same grant, once. */
export function tellRevoked(work: UnitOfWork, { userId, clientId, grantId, reason }: Revoked): Promise<void> {
  const data = { user_id: userId ?? null, client_id: clientId ?? null, grant_id: grantKey(grantId), reason };
  const event = { type: 'identity.token.revoked.v1', subject: userId ?? clientId, clientId, data } as const;
  return work.tell(event, { model: 'Grant', id: grantId });
}

/** The same for a machine's token, which has no grant: of several that end it, by its `jti`, once. */
export function tellMachineRevoked(work: UnitOfWork, clientId: string, jti: string): Promise<void> {
  const data = { user_id: null, client_id: clientId, grant_id: null, reason: 'revoked' } as const;
  const event = { type: 'identity.token.revoked.v1', subject: clientId, clientId, data } as const;
  return work.tell(event, { kind: 'jti', value: jti });
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
