import type { Knex } from 'knex';
import type { AdapterFactory, Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { AccountParts } from '../accounts/index.ts';
import { INVITATION_ACR, type UnitOfWork } from '../artifacts/index.ts';
import type { ClientRegistry } from '../clients/index.ts';
import { type Config, IDENTITY_SCOPES } from '../config/index.ts';
import type { CookieKeys } from '../http/index.ts';
import { LOCALES } from '../i18n/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import type { KeyRing } from '../keys/index.ts';
import type { StatusIndexes } from '../revocations/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { extraTokenClaims, nameGrant } from './access-token-claims.ts';
import { CHALLENGE_PATH } from './challenge.ts';
import { claimsByScope, findAccount } from './claims.ts';
import { checkAssertion } from './client-assertion.ts';
import { EXTRA_MEMBERS } from './client-metadata.ts';
import { cookies } from './cookies.ts';
import { clientBasedCORS } from './cors.ts';
import { DPOP_ALGORITHMS, dpopFeature } from './dpop.ts';
import { engineKeys } from './engine-keys.ts';
import { loadExistingGrant } from './first-party.ts';
import { lifetimes, rotates } from './lifetimes.ts';
import { mayIntrospect } from './may-introspect.ts';
import { certificateMethods, endpointAliases, mtlsFeature } from './mtls.ts';
import { outgoing, RESPONSE_LIMITS } from './outgoing.ts';
import { pairwise } from './pairwise.ts';
import type { Possession } from './possession.ts';
import { PROMPT_VALUES, promptPolicy } from './prompts.ts';
import { resourceIndicators } from './resources.ts';
import type { Signed } from './signed.ts';
import type { Verifier } from './verified.ts';

/** What the engine shows people; the pages themselves are the caller's. */
export interface ProviderPages {
  error(
    ctx: KoaContextWithOIDC,
    out: { error: string; error_description?: string | undefined },
    cause: Error,
  ): Promise<void>;
  signOut(ctx: KoaContextWithOIDC, form: string): Promise<void>;
  signedOut(ctx: KoaContextWithOIDC): Promise<void>;
}

export interface ProviderParts {
  readonly config: Config;
  readonly db: Knex;
  readonly adapter: AdapterFactory;
  readonly clients: ClientRegistry;
  readonly work: UnitOfWork;
  readonly clock: Clock;
  /** What decides when an assessment session ends. */
  readonly time: DatabaseClock;
  readonly statusIndexes: StatusIndexes;
  readonly keyRing: KeyRing;
  readonly cookieKeys: CookieKeys;
  /** What is known of pairwise clients, by every engine of this process. */
  readonly sectors: Set<string>;
  readonly pages: ProviderPages;
  readonly logger: Logger;
  /** Asked for at each use: they are built after the engine. */
  readonly accounts: () => AccountParts;
  /** Hears of tokens that were signed, and of those that were shown. */
  readonly hear: {
    signed(token: Signed): void;
    verified(token: string, by: Verifier): void;
  };
  readonly possession: Possession;
  /** Replaces the guarded outgoing fetch; only tests do, to reach loopback. */
  readonly fetch?: Configuration['fetch'];
}

const CLIENT_SIGNING = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'] as const;

const ROUTES = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  userinfo: '/oauth2/userinfo',
  introspection: '/oauth2/introspect',
  revocation: '/oauth2/revoke',
  pushed_authorization_request: '/oauth2/par',
  end_session: '/oauth2/logout',
  jwks: '/.well-known/jwks.json',
};

/** The engine, told once what Gatehouse is: every default that matters is spelled out. */
export function configuration(parts: ProviderParts): Configuration {
  const { config, db, time, adapter, keyRing, sectors, pages, logger, possession, work, statusIndexes } = parts;
  const algorithms = activeAlgorithms(keyRing);
  return {
    adapter,
    jwks: { keys: engineKeys(keyRing, logger) },
    claims: claimsByScope,
    scopes: [...IDENTITY_SCOPES],
    acrValues: [INVITATION_ACR],
    findAccount: findAccount(db, time),
    loadExistingGrant,
    clientBasedCORS,
    ttl: lifetimes as NonNullable<Configuration['ttl']>,
    responseTypes: ['code'],
    subjectTypes: ['public', 'pairwise'],
    ...pairwise(keyRing, sectors),
    pkce: { required: requiresPkce },
    clientAuthMethods: [
      ...(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const),
      ...certificateMethods(config),
    ],
    assertJwtClientAuthClaimsAndHeader: checkAssertion,
    allowOmittingSingleRegisteredRedirectUri: false,
    acceptQueryParamAccessTokens: false,
    clockTolerance: 5,
    // Who registered for refresh tokens gets them. With offline_access they outlive the session, else they end with it.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: (ctx) => rotates(ctx.oidc.client),
    // Whatever is revoked of it, the grant has ended: its access tokens are refused by its name.
    revokeGrantPolicy: () => true,
    extraClientMetadata: { properties: EXTRA_MEMBERS },
    extraTokenClaims: extraTokenClaims({ ...config, work, statusIndexes }),
    formats: { customizers: { jwt: nameGrant } },
    cookies: cookies(config.issuer),
    routes: ROUTES,
    interactions: { policy: promptPolicy(), url: async (_ctx, interaction) => `/interaction/${interaction.uid}` },
    discovery: {
      prompt_values_supported: PROMPT_VALUES,
      ui_locales_supported: [...LOCALES],
      authorization_challenge_endpoint: config.issuer + CHALLENGE_PATH,
      ...endpointAliases(config, ROUTES),
    },
    features: {
      devInteractions: { enabled: false },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      dPoP: dpopFeature(config),
      mTLS: mtlsFeature(config, possession.certificateOf),
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: mayIntrospect(db, time) },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      backchannelLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: resourceIndicators(config),
      rpInitiatedLogout: { enabled: true, logoutSource: pages.signOut, postLogoutSuccessSource: pages.signedOut },
      userinfo: { enabled: true },
      jwtUserinfo: { enabled: true },
    },
    enabledJWA: {
      idTokenSigningAlgValues: algorithms,
      userinfoSigningAlgValues: algorithms,
      clientAuthSigningAlgValues: [...CLIENT_SIGNING],
      dPoPSigningAlgValues: [...DPOP_ALGORITHMS],
    },
    renderError: pages.error,
    fetch: outgoing(logger, parts.fetch),
    fetchResponseBodyLimits: RESPONSE_LIMITS,
  };
}

type SigningAlgorithms = NonNullable<NonNullable<Configuration['enabledJWA']>['idTokenSigningAlgValues']>;

/** Also those whose key cannot be opened: clients that registered one stay what they are. */
function activeAlgorithms({ keys, broken }: KeyRing): SigningAlgorithms {
  return [...keys, ...broken].filter(({ state }) => state === 'active').map(({ alg }) => alg) as SigningAlgorithms;
}

/** PKCE for everyone; a confidential client may be exempted by its registration, a public one never. */
export function requiresPkce(_ctx: KoaContextWithOIDC, client: Client): boolean {
  return client.clientAuthMethod === 'none' || client['require_pkce'] !== false;
}

/** Somebody else's token stays as it is, and the caller is told nothing (RFC 7009 §2.1). */
async function mayRevoke(
  _ctx: KoaContextWithOIDC,
  client: Client,
  token: { clientId?: string | undefined },
): Promise<boolean> {
  return token.clientId === client.clientId;
}
