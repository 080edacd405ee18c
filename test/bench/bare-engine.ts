import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { type ClientMetadata, type Configuration, Provider, type ResourceServer } from 'oidc-provider';
import { API, clients, ISSUER, RSA_API, SESSION } from './token-kit.ts';

/**
 * oidc-provider by itself, on its memory adapter, with the features that Gatehouse has on. Whoever comes to sign in is
 * in, and has agreed.
 */
async function keyFor(alg: string) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, kid: `${alg}${'x'.repeat(38)}` };
}

const resource = {
  scope: 'orders:read',
  audience: API,
  accessTokenTTL: 900,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'ES256' } },
} as ResourceServer;
const byRsa = { ...resource, audience: RSA_API, jwt: { sign: { alg: 'RS256' } } } as ResourceServer;

/** Scopes of an API are the API's, and a client that nobody is sent back to answers no authorization. */
function asEngineKnows({ first_party: _ours, ...client }: ReturnType<typeof clients>[number]): ClientMetadata {
  const isWeb = client.redirect_uris !== undefined;
  const { scope: _scope, ...rest } = client;
  return {
    redirect_uris: [],
    response_types: isWeb ? ['code'] : [],
    ...(isWeb ? { scope: 'openid email offline_access' } : {}),
    ...rest,
  } as ClientMetadata;
}

const configuration = {
  clients: clients().map(asEngineKnows),
  jwks: { keys: [await keyFor('ES256'), await keyFor('RS256')] },
  scopes: ['openid', 'email', 'offline_access'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  findAccount: (_ctx: unknown, accountId: string) => ({
    accountId,
    claims: async () => ({ sub: accountId, email: 'person@bench.example', email_verified: true }),
  }),
  loadExistingGrant: async (ctx) => {
    const { client, provider, session } = ctx.oidc;
    const known = session?.grantIdFor(client?.clientId ?? '');
    const found = known && (await provider.Grant.find(known));
    if (found) return found;
    const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
    grant.addOIDCScope('openid email offline_access');
    grant.addResourceScope(API, 'orders:read');
    await grant.save();
    return grant;
  },
  // Access tokens say what Gatehouse's do: its keys sign no more than theirs.
  extraTokenClaims: async () => ({ status: { status_list: { idx: 1024, uri: `${ISSUER}/oauth2/status-lists/0` } } }),
  ttl: {
    AccessToken: 900,
    AuthorizationCode: 60,
    ClientCredentials: 900,
    Grant: 7_776_000,
    IdToken: 900,
    Interaction: 3600,
    PushedAuthorizationRequest: 60,
    RefreshToken: 1_209_600,
    Session: 1_209_600,
  },
  pkce: { required: () => true },
  responseTypes: ['code'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: () => true,
  cookies: { keys: ['a key of the bench'], names: { session: SESSION, interaction: 'interaction', resume: 'resume' } },
  routes: {
    authorization: '/oauth2/authorize',
    token: '/oauth2/token',
    userinfo: '/oauth2/userinfo',
    introspection: '/oauth2/introspect',
    jwks: '/.well-known/jwks.json',
  },
  interactions: { url: async (_ctx, { uid }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    backchannelLogout: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    userinfo: { enabled: true },
    jwtUserinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => undefined,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx: unknown, indicator: string) => (indicator === RSA_API ? byRsa : resource),
    },
  },
} as Configuration;

const provider = new Provider(ISSUER, configuration);
const serve = provider.callback();
const server = createServer((request, response) => {
  if (!request.url?.startsWith('/interaction/')) return void serve(request, response);
  letIn(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});

async function letIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { session } = await provider.interactionDetails(request, response);
  const accountId = session?.accountId ?? crypto.randomUUID();
  await provider.interactionFinished(request, response, { login: { accountId }, consent: {} });
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
});
