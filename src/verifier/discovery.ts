import { Unavailable } from './errors.ts';
import { fetchDocument } from './fetch-document.ts';
import { isSafe, type Settings } from './settings.ts';

/** Where the issuer keeps its keys. */
export interface Discovery {
  /** Asked once, by whoever comes first; all others wait for the same answer. */
  jwksUri(correlationId: string | undefined): Promise<string>;
  /** It may have moved: the next one asks again. */
  forget(): void;
}

/** OpenID Connect Discovery 1.0 §4. */
export function createDiscovery(settings: Settings): Discovery {
  let asked: Promise<string> | undefined;
  return {
    jwksUri(correlationId) {
      asked ??= discover(settings, correlationId);
      return asked;
    },
    forget() {
      asked = undefined;
    },
  };
}

async function discover(settings: Settings, correlationId: string | undefined): Promise<string> {
  const { issuer } = settings;
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { document } = await fetchDocument(url, { correlationId }, settings);
  const { issuer: told, jwks_uri } = (document ?? {}) as Readonly<Record<string, unknown>>;
  if (told !== issuer) throw new Unavailable('issuer_mismatch', `${url} is the document of ${JSON.stringify(told)}`);
  const address = typeof jwks_uri === 'string' ? URL.parse(jwks_uri) : null;
  if (!address || !isSafe(address)) throw new Error(`${url} names no https address of keys`);
  return address.href;
}
