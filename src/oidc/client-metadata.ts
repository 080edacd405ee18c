import type { AdapterPayload } from 'oidc-provider';
import { type ClientMetadata, RETIRING_SECRET } from '../clients/index.ts';
import { IDENTITY_SCOPES } from '../config/index.ts';
import { CHALLENGE_GRANT } from './challenge.ts';

/** Members of the registration that the engine passes through to us. */
export const EXTRA_MEMBERS = [
  ...['first_party', 'require_pkce', 'require_dpop_nonce', 'accent', 'resource_scopes', RETIRING_SECRET],
  ...['access_token_ttl', 'refresh_token_ttl', 'refresh_token_absolute_ttl', 'refresh_token_rotation'],
];

/** The engine asks at every request, and gets the same answer for the same registration: nobody can change it. */
const known = new WeakMap<ClientMetadata, AdapterPayload>();

/**
 * A client as the engine takes it. Its registered `scope` is split: the engine rules over the identity scopes, and
 * those of APIs go by the side, for they mean nothing without a resource (RFC 8707).
 */
export function engineMetadata(metadata: ClientMetadata): AdapterPayload {
  const made = known.get(metadata) ?? frozen(translated(metadata));
  known.set(metadata, made);
  // The engine notes things on the keys that it is given.
  return made['jwks'] ? { ...made, jwks: structuredClone(made['jwks']) } : made;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

function translated(metadata: ClientMetadata): AdapterPayload {
  const copy = { ...structuredClone(metadata), ...grantTypes(metadata) } as AdapterPayload;
  // Who registered no scope may ask who somebody is, and nothing of any API.
  if (typeof metadata['scope'] !== 'string') return { ...copy, resource_scopes: '' };
  const registered = metadata['scope'].split(' ');
  const isIdentity = (scope: string) => (IDENTITY_SCOPES as readonly string[]).includes(scope);
  return {
    ...copy,
    // An empty scope would mean "any" to the engine.
    scope: registered.filter(isIdentity).join(' ') || 'openid',
    resource_scopes: registered.filter((scope) => !isIdentity(scope)).join(' '),
  };
}

/** Those that were registered; a first-party client that can exchange a code may get one without a browser, too. */
function grantTypes({ first_party, grant_types }: ClientMetadata): { grant_types?: string[] } {
  const registered = Array.isArray(grant_types) ? (grant_types as string[]) : [];
  if (first_party !== true || !registered.includes('authorization_code')) return {};
  return { grant_types: [...registered, CHALLENGE_GRANT] };
}
