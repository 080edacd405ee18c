import { createHash } from 'node:crypto';
import { CALLBACK, SECRET } from '../support/declaration.ts';

/** What load and servers of the token scenarios agree on. */
export const ISSUER = 'https://id.bench.example';
export const API = 'https://api.example.com';
/** An API whose tokens are signed by RSA. */
export const RSA_API = 'https://rsa.example.com';
export const SESSION = '__Host-gatehouse_session';
export const VERIFIER = 'v'.repeat(64);
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
export const KID = 'x'.repeat(43);

/** Basic authentication, as a client with a secret sends it. */
export const basic = (id: string): string => `Basic ${Buffer.from(`${id}:${SECRET}`).toString('base64')}`;

/** The client's public key that a program was started with. */
export const signerJwk = (): Record<string, unknown> => JSON.parse(process.env['BENCH_SIGNER'] ?? '{}');

/** The clients, as oidc-provider and, but for members of its own, Gatehouse know them. */
export const clients = () => [
  {
    client_id: 'own',
    client_secret: SECRET,
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid email offline_access orders:read',
    first_party: true,
  },
  { client_id: 'service', client_secret: SECRET, grant_types: ['client_credentials'], scope: 'orders:read' },
  {
    client_id: 'signer',
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    scope: 'orders:read',
    jwks: { keys: [signerJwk()] },
  },
];

/** JSON is YAML. */
export const declared = (): string =>
  JSON.stringify({
    require_verified_email: false,
    clients: clients(),
    resources: [
      { identifier: API, scopes: ['orders:read'] },
      { identifier: RSA_API, scopes: ['orders:read'], access_token_signing_alg: 'RS256' },
    ],
  });
