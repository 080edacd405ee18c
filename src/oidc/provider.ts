import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { Client, Provider } from 'oidc-provider';
import { acceptsSecret, RETIRING_SECRET } from '../clients/index.ts';
import type { ClientDeclaration } from '../config/index.ts';
import { isAway } from '../kernel/away.ts';
import { type Fault, OperatorError } from '../kernel/faults.ts';
import { askAgainLater } from './ask-again.ts';
import { tellBehind } from './back-channel.ts';
import { CHALLENGE_GRANT } from './challenge.ts';
import { challengeGrant } from './challenge-grant.ts';
import { PARAMETERS } from './challenge-request.ts';
import { engineMetadata } from './client-metadata.ts';
import { configuration, type ProviderParts } from './configuration.ts';
import { GatehouseProvider } from './gatehouse-provider.ts';
import { knowClients } from './known-clients.ts';
import { provenKey } from './proven-keys.ts';
import { type Published, publishedJwks } from './published.ts';
import { refreshAgain } from './refresh-again.ts';
import { claimWithoutLooking } from './replay.ts';
import { hearSigned } from './signed.ts';
import { nameUnauthorizedClient } from './token-errors.ts';
import { hearVerifications } from './verified.ts';

/**
 * Builds the engine. It reads its keys once, here: a change of keys builds a new one and swaps it.
 * Takes half a millisecond, and shares nothing with the one before but storage.
 */
function buildProvider(parts: ProviderParts): Provider {
  const { config, accounts, possession } = parts;
  const provider = new GatehouseProvider(config.issuer, configuration(parts));
  provider.registerGrantType(CHALLENGE_GRANT, challengeGrant(config, accounts, possession), PARAMETERS, 'resource');
  provider.refreshing = refreshAgain({ ...parts, proofOf: (ctx) => provenKey(ctx, possession) });
  provider.keys = parts.cookieKeys;
  Object.assign(
    provider.Client.prototype,
    clientBehaviour(() => parts.clock.now()),
  );
  knowClients(provider, parts.clients);
  claimWithoutLooking(provider, possession.claim);
  tellBehind(provider, parts.work);
  // The engine answers these by itself, so that our own error handler never sees them.
  provider.on('server_error', (ctx, error) => {
    if (isAway(error)) askAgainLater(ctx);
    parts.logger.error({ err: error }, 'request failed');
  });
  provider.on('grant.error', nameUnauthorizedClient);
  hearSigned(provider, parts.hear.signed);
  provider.use(hearVerifications(parts.hear.verified));
  return provider;
}

/** Where a client of ours differs from the engine's. Both are methods that the engine calls on each client. */
const clientBehaviour = (now: () => Date) => ({
  /** Secrets are stored as hashes, and there are two while one is being replaced. */
  compareClientSecret(this: Client, secret: string): boolean {
    const { clientSecret: client_secret, [RETIRING_SECRET]: retiring_secret } = this;
    return acceptsSecret({ client_secret, retiring_secret }, secret, now());
  },
  /** Every ID token and access token names its session: that is how a single session is ended. */
  includeSid: () => true,
});

/** An engine, what answers requests with it, and the keys that it signs with as everybody may see them. */
export interface Engine {
  readonly provider: Provider;
  readonly handle: Middleware;
  readonly jwks: Published;
}

export function buildEngine(parts: ProviderParts): Engine {
  const provider = buildProvider(parts);
  return { provider, handle: compose(provider.middleware) as Middleware, jwks: publishedJwks(parts.keyRing) };
}

/** The engine in use now. Requests in flight finish on the one they began with. */
export interface CurrentProvider {
  get(): Provider;
  engine(): Engine;
  /** Whether what it signs now can be verified for all its life. */
  canSign(): Promise<boolean>;
  swap(engine: Engine): void;
}

export function currentProvider(first: Engine, canSign: () => Promise<boolean>): CurrentProvider {
  let current = first;
  return {
    get: () => current.provider,
    engine: () => current,
    canSign,
    swap: (next) => {
      current = next;
    },
  };
}

/**
 * Has the engine look at each declared client, as it will at its first request: what it would refuse then is told
 * now, before anything is stored.
 * @throws OperatorError naming every client it does not take.
 */
export function checkClients(provider: Provider, declared: readonly ClientDeclaration[]): void {
  const Client = provider.Client as unknown as new (metadata: object) => unknown;
  const faults = declared.flatMap((client): Fault[] => {
    try {
      new Client(engineMetadata(client));
      return [];
    } catch (error) {
      const description = error instanceof Error && 'error_description' in error ? error.error_description : error;
      return [{ name: `clients[${client.client_id}]`, problem: String(description) }];
    }
  });
  if (faults.length > 0) throw new OperatorError(faults);
}
