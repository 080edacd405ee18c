import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { requiresPkce } from './configuration.ts';
import type { resourceIndicators } from './resources.ts';

/** Of an authorization request, what means something without a browser. */
export interface ChallengeRequest {
  scope?: string | undefined;
  resource?: string | string[] | undefined;
  code_challenge?: string | undefined;
  redirect_uri?: string | undefined;
  nonce?: string | undefined;
  /** The key that a DPoP proof has shown; nobody sends it as a parameter. */
  dpop_jkt?: string | undefined;
}

/** The same, and what is sent with it; each once, but for `resource`. */
export interface ChallengeParameters extends ChallengeRequest {
  response_type?: string;
  code_challenge_method?: string;
  ui_locales?: string;
  username?: string;
  password?: string;
  auth_session?: string;
  code?: string;
  /** What an earlier answer gave this application to be known by. */
  device?: string;
}

export type ChallengeContext = TokenEndpointGrantContext<ChallengeParameters>;

const SENT = ['scope', 'resource', 'code_challenge', 'redirect_uri', 'nonce'] as const;

export const REQUEST = [...SENT, 'dpop_jkt'] as const;

export const PARAMETERS = [
  ...SENT,
  ...['response_type', 'code_challenge_method', 'ui_locales'],
  ...['username', 'password', 'auth_session', 'code', 'device'],
];

/** What the authorization endpoint checks of a request, as far as it can be in one without a browser. */
export async function checkRequest(
  ctx: ChallengeContext,
  indicators: ReturnType<typeof resourceIndicators>,
): Promise<void> {
  checkResponseType(ctx);
  checkRedirectUri(ctx);
  checkPkce(ctx);
  checkScope(ctx);
  await resolveResources(ctx, indicators);
}

/** The draft wants it; there is nothing else that it could be. */
function checkResponseType({ oidc }: ChallengeContext): void {
  if ((oidc.params.response_type ?? 'code') !== 'code') throw new errors.UnsupportedResponseType();
}

function checkRedirectUri({ oidc: { client, params } }: ChallengeContext): void {
  if (params.redirect_uri !== undefined && !client.redirectUriAllowed(params.redirect_uri))
    throw new errors.InvalidRedirectUri();
}

/** RFC 7636 §4.2 and §4.3; S256 alone, so that it need not be said here. */
function checkPkce(ctx: ChallengeContext): void {
  const { client, params } = ctx.oidc;
  const { code_challenge: challenge, code_challenge_method: method } = params;
  if (challenge === undefined && method === undefined) {
    if (requiresPkce(ctx, client)) throw new errors.InvalidRequest('code_challenge must be provided');
    return;
  }
  if ((method ?? 'S256') !== 'S256') throw new errors.InvalidRequest('code_challenge_method must be S256');
  if (!/^[\w.~-]{43,128}$/.test(challenge ?? ''))
    throw new errors.InvalidRequest('code_challenge must be 43 to 128 characters of those that RFC 7636 allows');
}

/** Those about the person, as the client registered them; what it may have of an API is the resource's to say. */
function checkScope({ oidc: { client, requestParamOIDCScopes } }: ChallengeContext): void {
  if (client.scope === undefined) return;
  const registered = new Set(client.scope.split(' '));
  const excess = [...requestParamOIDCScopes].find((scope) => !registered.has(scope));
  if (excess) throw new errors.InvalidScope('requested scope is not allowed', excess);
}

/** RFC 8707, by the same rules as at the authorization endpoint. */
async function resolveResources(
  ctx: ChallengeContext,
  indicators: ReturnType<typeof resourceIndicators>,
): Promise<void> {
  const { client, params, provider, resourceServers } = ctx.oidc;
  const wanted = params.resource ?? (await indicators.defaultResource(ctx, client)) ?? [];
  for (const identifier of [wanted].flat()) {
    const server = await indicators.getResourceServerInfo(ctx, identifier, client);
    resourceServers[identifier] = new provider.ResourceServer(identifier, server);
  }
}
