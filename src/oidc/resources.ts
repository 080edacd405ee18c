import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { ResourceDeclaration } from '../config/index.ts';

/** Access tokens for an API are RFC 9068 JWTs, signed so that a gateway needs the JWKS alone. */
const ACCESS_TOKEN_ALG = 'ES256';

/**
 * The engine's `resourceIndicators` feature (RFC 8707) over the declared resources.
 *
 * The audience of a request that names none is the resource marked as default, else Gatehouse's own API; but only if
 * it asks for one of its scopes. A plain sign-in (openid, profile, email) keeps its opaque token for UserInfo.
 */
export function resourceIndicators(resources: readonly ResourceDeclaration[]) {
  const byIdentifier = new Map(resources.map((resource) => [resource.identifier, resource]));
  const byDefault = resources.find((resource) => resource.default);
  const fallback = byDefault ?? resources.at(-1);
  return {
    enabled: true,
    defaultResource: async (ctx: KoaContextWithOIDC, _client: Client, oneOf?: readonly string[]) => {
      if (oneOf) return oneOf.length === 1 ? oneOf[0] : oneOf;
      const asked = ctx.oidc.requestParamScopes;
      if (byDefault && !asked.has('openid')) return byDefault.identifier;
      if (fallback?.scopes.some((scope) => asked.has(scope))) return fallback.identifier;
      if (isMachine(ctx)) throw new errors.InvalidTarget('name the API the token is for, as the parameter resource');
      return undefined;
    },
    // A client that named the API when it asked for the code need not name it again for the token.
    useGrantedResource: async () => true,
    getResourceServerInfo: async (ctx: KoaContextWithOIDC, indicator: string, client: Client) => {
      const resource = byIdentifier.get(indicator);
      if (!resource) throw new errors.InvalidTarget();
      return resourceServer(ctx, resource, client);
    },
  };
}

const isMachine = (ctx: KoaContextWithOIDC) => ctx.oidc.params?.['grant_type'] === 'client_credentials';

/** The scopes a client may have of a resource: all of them, unless its registration lists some. */
function resourceServer(ctx: KoaContextWithOIDC, resource: ResourceDeclaration, client: Client): ResourceServer {
  const registered = client['resource_scopes'];
  const allowed = typeof registered === 'string' ? new Set(registered.split(' ')) : undefined;
  const scopes = resource.scopes.filter((scope) => allowed?.has(scope) ?? true);
  // A machine that asks for too much is told so (RFC 6749 §5.2); a person's consent covers what there is.
  const excess = [...ctx.oidc.requestParamScopes].find((scope) => scope && !scopes.includes(scope));
  if (isMachine(ctx) && excess) throw new errors.InvalidScope('requested scope is not allowed', excess);
  return {
    scope: scopes.join(' '),
    audience: resource.identifier,
    accessTokenTTL: resource.access_token_ttl,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: ACCESS_TOKEN_ALG } },
  } as ResourceServer;
}
