import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { ASSESSMENT_SCOPE, type Config, type ResourceDeclaration } from '../config/index.ts';

/** Access tokens for an API are RFC 9068 JWTs, signed so that a gateway needs the JWKS alone; an API may want the other. */
export const ACCESS_TOKEN_ALG = 'ES256';
export const ACCESS_TOKEN_ALGS = [ACCESS_TOKEN_ALG, 'RS256'];

/**
 * The engine's `resourceIndicators` feature (RFC 8707) over the declared resources.
 *
 * The audience of a request that names none is the one resource that has the scopes it asks for, else the one marked
 * as default. A plain sign-in (openid, profile, email) keeps its opaque token for UserInfo.
 */
export function resourceIndicators({ issuer, resources }: Config) {
  const byIdentifier = new Map(resources.map((resource) => [resource.identifier, resource]));
  const own = `${issuer}/v1`;
  return {
    enabled: true,
    defaultResource: async (ctx: KoaContextWithOIDC, _client: Client, oneOf?: readonly string[]) => {
      if (oneOf) return oneOf.length === 1 ? oneOf[0] : oneOf;
      const audience = audienceOf(ctx, resources);
      if (!audience && isMachine(ctx)) throw new errors.InvalidTarget('name the API the token is for, as resource');
      return audience?.identifier;
    },
    // A client that named the API when it asked for the code need not name it again for the token.
    useGrantedResource: async () => true,
    getResourceServerInfo: async (ctx: KoaContextWithOIDC, indicator: string, client: Client) => {
      const resource = byIdentifier.get(indicator);
      if (!resource) throw new errors.InvalidTarget();
      // Gatehouse's own scopes are an operator's: until people have roles, only machines get them (checklist 42).
      const scopes = indicator === own && !isMachine(ctx) ? ofPeople(client) : allowedScopes(resource, client);
      if (isMachine(ctx)) refuseExcess(ctx, scopes);
      return resourceServer(resource, scopes);
    },
  };
}

/** The default resource serves whoever has nothing to do with signing in, or asks for a scope that several have. */
function audienceOf(
  ctx: KoaContextWithOIDC,
  resources: readonly ResourceDeclaration[],
): ResourceDeclaration | undefined {
  const asked = ctx.oidc.requestParamScopes;
  const fitting = resources.filter(({ scopes }) => scopes.some((scope) => asked.has(scope)));
  const byDefault = resources.find((resource) => resource.default);
  if (byDefault && (!asked.has('openid') || fitting.includes(byDefault))) return byDefault;
  return fitting.length === 1 ? fitting[0] : undefined;
}

const isMachine = (ctx: KoaContextWithOIDC) => ctx.oidc.params?.['grant_type'] === 'client_credentials';

/** What a token of somebody can hold for Gatehouse's own API; in a user's it opens nothing. */
const ofPeople = (client: Client): string[] => (maySeeAssessments(client) ? [ASSESSMENT_SCOPE] : []);

/** Whether the client is one for candidates: who registered no scope may ask for any about the person. */
export const maySeeAssessments = ({ scope }: Client): boolean =>
  scope === undefined || scope.split(' ').includes(ASSESSMENT_SCOPE);

/** Those of the resource's scopes that the client registered. */
function allowedScopes(resource: ResourceDeclaration, client: Client): readonly string[] {
  const before = known.get(client)?.get(resource);
  if (before) return before;
  const allowed = scopesOf(resource, client);
  known.set(client, (known.get(client) ?? new Map()).set(resource, allowed));
  return allowed;
}

/** By client and resource: what both say stays the same as long as they do. */
const known = new WeakMap<Client, Map<ResourceDeclaration, readonly string[]>>();

function scopesOf({ scopes }: ResourceDeclaration, client: Client): string[] {
  const registered = String(client['resource_scopes'] ?? '').split(' ');
  return scopes.filter((scope) => registered.includes(scope));
}

/** A machine that asks for too much is told so (RFC 6749 §5.2); a person's consent covers what there is. */
function refuseExcess(ctx: KoaContextWithOIDC, allowed: readonly string[]): void {
  const excess = [...ctx.oidc.requestParamScopes].find((scope) => scope && !allowed.includes(scope));
  if (excess) throw new errors.InvalidScope('requested scope is not allowed', excess);
}

function resourceServer(resource: ResourceDeclaration, scopes: readonly string[]): ResourceServer {
  return {
    scope: scopes.join(' '),
    audience: resource.identifier,
    accessTokenTTL: resource.access_token_ttl,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: resource.access_token_signing_alg ?? ACCESS_TOKEN_ALG } },
  } as ResourceServer;
}
