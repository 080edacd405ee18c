import type { Client, Grant, KoaContextWithOIDC } from 'oidc-provider';
import { ACCOUNT_CLIENT_ID } from '../config/index.ts';
import { sittingSidOf } from './sitting-sid.ts';

/** Whether the client is the operator's own, or the account page itself, so that nobody is asked for consent. */
export function isFirstParty(client: Client): boolean {
  return client['first_party'] === true || client.clientId === ACCOUNT_CLIENT_ID;
}

/**
 * The grant a request goes on with: the one consented to just now or earlier in this session. A first-party client is
 * given what it asks for, without a question.
 */
export async function loadExistingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, result, provider } = ctx.oidc;
  if (!client) return undefined;
  shareSittingSid(session, client);
  const grantId = result?.consent?.grantId ?? session?.grantIdFor(client.clientId);
  const existing = grantId ? await provider.Grant.find(grantId) : undefined;
  if (!isFirstParty(client) || !session?.accountId) return existing;
  return grantAll(ctx, existing ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId }));
}

/** A candidate's sign-in has one `sid` for all applications: by it they are one device. */
function shareSittingSid(session: KoaContextWithOIDC['oidc']['session'], { clientId }: Client): void {
  const sid = sittingSidOf(session);
  if (session && sid && session.sidFor(clientId) === undefined) session.sidFor(clientId, sid);
}

/** Gives the grant all that the request asks for, and has it stored if that is more than it had. */
export async function grantAll(ctx: KoaContextWithOIDC, grant: Grant): Promise<Grant> {
  const before = `${grant.getOIDCScope()}|${JSON.stringify(grant.resources ?? {})}`;
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '));
  for (const [identifier, resource] of Object.entries(ctx.oidc.resourceServers ?? {})) {
    const scopes = [...ctx.oidc.requestParamScopes].filter((scope) => resource.scopes.has(scope));
    if (scopes.length > 0) grant.addResourceScope(identifier, scopes.join(' '));
  }
  const changed = before !== `${grant.getOIDCScope()}|${JSON.stringify(grant.resources ?? {})}`;
  if (changed || !grant.jti) await grant.save();
  return grant;
}
