import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { readDistinguishedName } from './distinguished-name.ts';
import { scopeString } from './resources.ts';
import { SIGNING_ALGORITHMS } from './signing-keys.ts';
import { calledUri, httpsUri, isAbsoluteUri, redirectUri, webUri } from './uris.ts';

/** By which the account page has people signed in: built in, declared and stored nowhere. */
export const ACCOUNT_CLIENT_ID = 'gatehouse-account';

const name = z.string().min(1, 'must not be empty');
/** One that has a key: the engine refuses any other when it looks at the client. */
const signingAlg = z.enum(SIGNING_ALGORITHMS);
const secret = z
  .string()
  .min(32, 'must have at least 32 characters')
  .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII');

/** Public keys alone: a private one in a declaration is one too many people know. */
const jwk = z
  .looseObject({ kty: z.string() })
  .refine((key) => !('d' in key || 'k' in key), {
    error: 'must be a public key: remove the private members',
    abort: true,
  })
  .refine(isPublicKey, 'must be a public key as a JWK (RFC 7517)');

/** What a client's id looks like. */
export const CLIENT_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** Seconds: what was consented to lives no longer. */
const REFRESH_MAX = 90 * 86_400;

/** The declared members: OIDC Registration and RFC 7591 names that the engine knows, and those of Gatehouse. */
export const clientSchema = z.strictObject({
  client_id: z
    .string()
    .regex(CLIENT_ID, 'must be 1 to 128 letters, digits or . _ ~ -')
    .refine((id) => id !== ACCOUNT_CLIENT_ID, 'is the account page’s own: choose another'),
  client_secret: secret.exactOptional(),
  client_name: name.exactOptional(),
  client_uri: webUri.exactOptional(),
  logo_uri: webUri.exactOptional(),
  policy_uri: webUri.exactOptional(),
  tos_uri: webUri.exactOptional(),
  contacts: z.array(z.email('must be a mail address')).exactOptional(),
  application_type: z.enum(['web', 'native']).exactOptional(),
  redirect_uris: z.array(redirectUri).exactOptional(),
  post_logout_redirect_uris: z.array(redirectUri).exactOptional(),
  grant_types: z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials'])).exactOptional(),
  response_types: z.array(z.literal('code')).exactOptional(),
  scope: scopeString.exactOptional(),
  subject_type: z.enum(['public', 'pairwise']).exactOptional(),
  sector_identifier_uri: httpsUri.exactOptional(),
  token_endpoint_auth_method: z
    .enum([
      ...(['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const),
      ...(['tls_client_auth', 'self_signed_tls_client_auth', 'none'] as const),
    ])
    .exactOptional(),
  token_endpoint_auth_signing_alg: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']).exactOptional(),
  jwks: z.strictObject({ keys: z.array(jwk).min(1, 'must hold a key') }).exactOptional(),
  jwks_uri: calledUri.exactOptional(),
  tls_client_auth_subject_dn: z
    .string()
    .refine((value) => readDistinguishedName(value) !== undefined, 'must be a name such as "CN=shop,O=Example,C=SE"')
    .exactOptional(),
  tls_client_auth_san_dns: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be a host name, without wildcards')
    .exactOptional(),
  tls_client_auth_san_uri: z.string().refine(isAbsoluteUri, 'must be an absolute URI').exactOptional(),
  tls_client_auth_san_ip: z
    .string()
    .refine((value) => isIP(value) !== 0, 'must be an IP address')
    .exactOptional(),
  tls_client_auth_san_email: z.email('must be a mail address').exactOptional(),
  tls_client_certificate_bound_access_tokens: z.boolean().exactOptional(),
  dpop_bound_access_tokens: z.boolean().exactOptional(),
  require_dpop_nonce: z.boolean().exactOptional(),
  id_token_signed_response_alg: signingAlg.exactOptional(),
  userinfo_signed_response_alg: signingAlg.exactOptional(),
  default_max_age: z.int().min(0).exactOptional(),
  require_auth_time: z.boolean().exactOptional(),
  default_acr_values: z.array(name).exactOptional(),
  initiate_login_uri: calledUri.exactOptional(),
  backchannel_logout_uri: calledUri.exactOptional(),
  backchannel_logout_session_required: z.boolean().exactOptional(),
  require_pushed_authorization_requests: z.boolean().exactOptional(),
  first_party: z.boolean().exactOptional(),
  require_pkce: z.boolean().exactOptional(),
  access_token_ttl: z.int().min(60).max(86_400).exactOptional(),
  refresh_token_ttl: z.int().min(60).max(REFRESH_MAX).exactOptional(),
  refresh_token_absolute_ttl: z.int().min(60).max(REFRESH_MAX).exactOptional(),
  refresh_token_rotation: z.boolean().exactOptional(),
  accent: z
    .string()
    .regex(/^#[0-9A-Fa-f]{6}$/, 'must be a colour such as "#1a2b3c", in quotes')
    .exactOptional(),
});

/** A client's members as they may be declared, the secret already in place. */
export type ClientMembers = z.infer<typeof clientSchema>;

function isPublicKey(key: Record<string, unknown>): boolean {
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
