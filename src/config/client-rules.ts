import type { ClientMembers } from './client-schema.ts';
import type { Problem } from './problems.ts';
import { redirectUriProblem } from './uris.ts';

type Client = Partial<ClientMembers> &
  Required<Pick<ClientMembers, 'redirect_uris' | 'grant_types' | 'response_types' | 'token_endpoint_auth_method'>>;

/** What has to hold between members. `members` are those it reads; the fault is told at the first. */
interface Rule {
  readonly members: readonly [keyof ClientMembers, ...(keyof ClientMembers)[]];
  readonly broken: (client: Client) => boolean;
  readonly problem: string;
}

/** What tells a certificate that the proxy trusts from everybody else's (RFC 8705 §2.1.2). */
const CERTIFICATE_NAMES = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const;

const RULES: readonly Rule[] = [
  {
    members: ['redirect_uris', 'grant_types'],
    broken: (client) => client.grant_types.includes('authorization_code') && client.redirect_uris.length === 0,
    problem: 'is required: list where the user is sent back to, or take authorization_code out of grant_types',
  },
  {
    members: ['response_types', 'grant_types'],
    broken: (client) => client.grant_types.includes('authorization_code') !== client.response_types.includes('code'),
    problem: 'must hold code where grant_types holds authorization_code, and nothing elsewhere: leave it out',
  },
  {
    members: ['grant_types', 'token_endpoint_auth_method'],
    broken: (client) => client.grant_types.includes('client_credentials') && isPublic(client),
    problem:
      'client_credentials is for a client that authenticates: add a client_secret, or private_key_jwt and its jwks',
  },
  {
    members: ['token_endpoint_auth_method', 'client_secret'],
    broken: (client) => usesSecret(client) && client.client_secret === undefined,
    problem: 'needs a client_secret or client_secret_env',
  },
  {
    members: ['token_endpoint_auth_method', 'client_secret'],
    broken: (client) => isPublic(client) && client.client_secret !== undefined,
    problem: 'must not be none where there is a client_secret: remove one of the two',
  },
  {
    members: ['token_endpoint_auth_method', 'jwks', 'jwks_uri'],
    broken: (client) => usesKey(client) && client.jwks === undefined && client.jwks_uri === undefined,
    problem: 'needs jwks or jwks_uri',
  },
  {
    members: ['jwks', 'token_endpoint_auth_method'],
    broken: (client) => isSelfSigned(client) && client.jwks !== undefined && !client.jwks.keys.some(hasCertificate),
    problem: 'needs a key with its certificate, as x5c, for self_signed_tls_client_auth',
  },
  {
    members: ['token_endpoint_auth_method', ...CERTIFICATE_NAMES],
    broken: (client) => isTrustedCertificate(client) && namesOf(client).length !== 1,
    problem: `needs one of ${CERTIFICATE_NAMES.join(', ')}, and no more`,
  },
  {
    members: ['token_endpoint_auth_method', ...CERTIFICATE_NAMES],
    broken: (client) => !isTrustedCertificate(client) && namesOf(client).length > 0,
    problem: `must be tls_client_auth for ${CERTIFICATE_NAMES[0]} and the like to mean something: remove one of the two`,
  },
  {
    members: ['dpop_bound_access_tokens', 'tls_client_certificate_bound_access_tokens'],
    broken: (client) => Boolean(client.dpop_bound_access_tokens && client.tls_client_certificate_bound_access_tokens),
    problem: 'must not stand beside tls_client_certificate_bound_access_tokens: a token is bound to one key',
  },
  {
    members: ['require_dpop_nonce', 'dpop_bound_access_tokens'],
    broken: (client) => client.require_dpop_nonce === true && client.dpop_bound_access_tokens !== true,
    problem: 'needs dpop_bound_access_tokens: true, or a request without any proof would pass',
  },
  {
    members: ['token_endpoint_auth_signing_alg', 'token_endpoint_auth_method'],
    broken: (client) =>
      client.token_endpoint_auth_signing_alg !== undefined && client.token_endpoint_auth_method !== 'private_key_jwt',
    problem: 'is for token_endpoint_auth_method: private_key_jwt alone: remove it',
  },
  {
    members: ['jwks_uri', 'jwks'],
    broken: (client) => client.jwks !== undefined && client.jwks_uri !== undefined,
    problem: 'must not stand beside jwks: remove one of the two',
  },
  {
    members: ['require_pkce', 'token_endpoint_auth_method'],
    broken: (client) => client.require_pkce === false && isPublic(client),
    problem: 'must be true for a public client: remove it, or give the client a secret',
  },
  {
    members: ['subject_type', 'first_party'],
    broken: (client) => isPairwise(client) && client.first_party === true,
    problem: 'must be public for a first-party client: Gatehouse’s own API knows people by the same sub everywhere',
  },
  {
    members: ['subject_type', 'grant_types'],
    broken: (client) => isPairwise(client) && !client.grant_types.includes('authorization_code'),
    problem: 'pairwise is for a client that people sign in to: remove it',
  },
  {
    members: ['sector_identifier_uri', 'subject_type', 'redirect_uris'],
    broken: (client) => isPairwise(client) && client.sector_identifier_uri === undefined && !hasOneHost(client),
    problem:
      'is required: with subject_type pairwise, redirect_uris of several hosts or of none do not say whose they are',
  },
  {
    members: ['sector_identifier_uri', 'subject_type'],
    broken: (client) => client.sector_identifier_uri !== undefined && !isPairwise(client),
    problem: 'is for subject_type: pairwise alone: remove it',
  },
];

/** Every rule that is broken, but for those about a member that is itself faulty: it would only echo that fault. */
export function clientRules(client: Client, faulty: ReadonlySet<string>): Problem[] {
  const broken = RULES.filter(({ members }) => !members.some((member) => faulty.has(member)))
    .filter((rule) => rule.broken(client))
    .map(({ members, problem }) => ({ path: [members[0]], problem }));
  return [
    ...broken,
    ...redirectProblems(client, 'redirect_uris'),
    ...redirectProblems(client, 'post_logout_redirect_uris'),
  ];
}

function redirectProblems(client: Client, member: 'redirect_uris' | 'post_logout_redirect_uris'): Problem[] {
  return (client[member] ?? []).flatMap((uri, index) => {
    const problem = redirectUriProblem(uri, client.application_type ?? 'web');
    return problem === undefined ? [] : [{ path: [member, index], problem }];
  });
}

function isPublic(client: Client): boolean {
  return client.token_endpoint_auth_method === 'none';
}

function isPairwise(client: Client): boolean {
  return client.subject_type === 'pairwise';
}

/** By which people are told apart from those of other clients (OIDC Core 8.1); an app's own scheme has none. */
function hasOneHost({ redirect_uris }: Client): boolean {
  const hosts = new Set(redirect_uris.map((uri) => new URL(uri).host));
  return hosts.size <= 1 && !hosts.has('');
}

function usesSecret(client: Client): boolean {
  return client.token_endpoint_auth_method.startsWith('client_secret_');
}

function usesKey(client: Client): boolean {
  return client.token_endpoint_auth_method === 'private_key_jwt' || isSelfSigned(client);
}

function isSelfSigned(client: Client): boolean {
  return client.token_endpoint_auth_method === 'self_signed_tls_client_auth';
}

function isTrustedCertificate(client: Client): boolean {
  return client.token_endpoint_auth_method === 'tls_client_auth';
}

function hasCertificate(key: Record<string, unknown>): boolean {
  const { x5c } = key;
  return Array.isArray(x5c) && typeof x5c[0] === 'string';
}

const namesOf = (client: Client) => CERTIFICATE_NAMES.filter((member) => client[member] !== undefined);
