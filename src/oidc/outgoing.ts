import type { Configuration } from 'oidc-provider';

type Fetch = NonNullable<Configuration['fetch']>;

/**
 * How the engine calls addresses that clients name. Its own guard ends a connection to a private address at the socket,
 * and waits for 2.5 s. A redirect is an answer like any other, and not the one that was hoped for: what was registered
 * is what is called (checklist 22).
 */
export function withoutRedirects(fetch: Fetch = (url, options) => globalThis.fetch(url, options)): Fetch {
  return (url, options) => fetch(url, { ...options, redirect: 'manual' });
}

/** Bytes: a key set has a few keys, and a sector a few addresses. */
const ENOUGH = 64 * 1024;

export const RESPONSE_LIMITS = { jwks_uri: ENOUGH, sector_identifier_uri: ENOUGH };
