import { NO_REDIRECT } from './challenge.ts';
import type { ChallengeContext } from './challenge-request.ts';
import { grantAll } from './first-party.ts';

/**
 * Makes the code of a checked request, and the grant that it stands for. No session: there is no browser to have one,
 * so its tokens live until they expire, are revoked, or their user is signed out everywhere.
 * @param authTime when the password was right, in seconds since the epoch
 */
export async function issueCode(ctx: ChallengeContext, accountId: string, authTime: number): Promise<string> {
  const { client, params, provider, requestParamScopes, resourceServers } = ctx.oidc;
  const grant = await grantAll(ctx, new provider.Grant({ clientId: client.clientId, accountId }));
  const resources = Object.keys(resourceServers);
  const granted = resources.map((resource) => grant.getResourceScopeFiltered(resource, requestParamScopes));
  const code = new provider.AuthorizationCode({
    client,
    accountId,
    authTime,
    amr: ['pwd'],
    gty: 'authorization_code',
    grantId: grant.jti,
    scope: [grant.getOIDCScopeFiltered(requestParamScopes), ...granted].filter(Boolean).join(' '),
    // As the engine keeps it: one alone is no list.
    resource: resources.length > 1 ? resources : resources[0],
    codeChallenge: params.code_challenge,
    codeChallengeMethod: params.code_challenge && 'S256',
    redirectUri: params.redirect_uri ?? NO_REDIRECT,
    nonce: params.nonce,
    dpopJkt: params.dpop_jkt,
    // Told always: whoever sends max_age, or registered require_auth_time, waits for it (OIDC Core 3.1.2.1).
    claims: { id_token: { auth_time: { essential: true } } },
  });
  return code.save();
}
