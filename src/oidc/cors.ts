import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { isOriginOf } from '../clients/index.ts';

/**
 * Which origins may call the token endpoint and its neighbours from a browser: those of a public client's own
 * redirect addresses. A confidential client has its secret on a server, and no business here.
 */
export function clientBasedCORS(ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  if (client.clientAuthMethod !== 'none' && ctx.oidc.route !== 'userinfo') return false;
  return isOriginOf(client.redirectUris, origin);
}
