import type { Configuration } from 'oidc-provider';
import type { Logger } from '../telemetry/index.ts';

type Fetch = NonNullable<Configuration['fetch']>;

/**
 * How the engine calls addresses that clients name. Its own guard ends a connection to a private address at the socket,
 * and waits for 2.5 s. A redirect is an answer like any other, and not the one that was hoped for: what was registered
 * is what is called (checklist 22). A call that fails is told in the log: whoever sent the request hears no more than that
 * the client, say, could not be authenticated.
 */
export function outgoing(logger: Logger, fetch: Fetch = guarded): Fetch {
  return async (url, options) => {
    try {
      return await fetch(url, { ...options, redirect: 'manual' });
    } catch (error) {
      const { origin, pathname } = new URL(url);
      logger.warn({ err: error, address: origin + pathname }, 'an address that a client named could not be called');
      throw error;
    }
  };
}

/** Where the engine finds no way to guard a call, it would make one all the same. */
const guarded: Fetch = async (url, options) => {
  if (!options?.dispatcher)
    throw new Error('calls cannot be kept from private addresses by this version of Node');
  return globalThis.fetch(url, options);
};

/** Bytes: a key set has a few keys, and a sector a few addresses. */
const ENOUGH = 64 * 1024;

export const RESPONSE_LIMITS = { jwks_uri: ENOUGH, sector_identifier_uri: ENOUGH };
