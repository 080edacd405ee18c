import type { Configuration } from 'oidc-provider';
import type { Logger } from '../telemetry/index.ts';

type Fetch = NonNullable<Configuration['fetch']>;

/**
 * How the engine calls addresses that clients name. Its own guard ends a connection to a private address at the socket,
 * and waits for 2.5 s. A redirect is an answer like any other, and not the one that was hoped for: what was registered
 * is what is called (checklist 22). A call without success is told in the log: whoever sent the request hears no more than
 * that the client, say, could not be authenticated.
 */
export function outgoing(logger: Logger, fetch: Fetch = guarded): Fetch {
  return async (url, options) => {
    const tell = (reason: string) =>
      logger.warn({ address: withoutQuery(url), reason }, 'a client’s address was of no use');
    try {
      const answer = await fetch(url, { ...options, redirect: 'manual' });
      if (!answer.ok) tell(`it answered ${answer.status}`);
      return answer;
    } catch (error) {
      tell(reasonOf(error));
      throw error;
    }
  };
}

/** There may be a secret in what follows. */
function withoutQuery(url: Parameters<Fetch>[0]): string {
  const { origin, pathname } = new URL(url instanceof Request ? url.url : url);
  return origin + pathname;
}

/** `fetch` says that it failed, and why in its cause. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);

/** Where the engine finds no way to guard a call, it would make one all the same. */
const guarded: Fetch = async (url, options) => {
  if (!options?.dispatcher) throw new Error('calls cannot be kept from private addresses by this version of Node');
  return globalThis.fetch(url, options);
};

/** Bytes: a key set has a few keys, and a sector a few addresses. */
const ENOUGH = 64 * 1024;

export const RESPONSE_LIMITS = { jwks_uri: ENOUGH, sector_identifier_uri: ENOUGH };
