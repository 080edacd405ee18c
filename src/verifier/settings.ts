import type { Unavailable } from './errors.ts';
import type { Revocations } from './types.ts';

/** Durations are in seconds. */
export interface VerifierOptions {
  /** Compared exactly with the discovery document's and each token's. */
  readonly issuer: string;
  /** A token has to be for one of these. */
  readonly audience: string | readonly string[];
  /** What may sign access tokens; ES256. */
  readonly algorithms?: readonly string[];
  /** How far this clock and the issuer's may be apart; 5. */
  readonly clockTolerance?: number;
  /** Where "now" comes from; tests move it. */
  readonly clock?: { now(): Date };
  /** Between two fetches for keys that are not known, and the longest pause after failures; 30. */
  readonly cooldown?: number;
  /** For one answer of the issuer; 5. */
  readonly timeout?: number;
  /** How old keys may become while the issuer answers, whatever its `Cache-Control` says; 600. */
  readonly cacheMaxAge?: number;
  /** How old keys may become while the issuer does not answer; a day. */
  readonly staleLimit?: number;
  /** What may sign DPoP proofs. */
  readonly proofAlgorithms?: readonly string[];
  /** How old a DPoP proof may be; 60. */
  readonly proofMaxAge?: number;
  /** How many used proofs are remembered: no more are taken in `proofMaxAge` seconds; 100,000. */
  readonly proofsRemembered?: number;
  /** Replaces the global one: a private network's certificate authority, or another way to the issuer. */
  readonly fetch?: typeof globalThis.fetch;
  /** Told whenever the keys could not be fetched, also while those at hand go on working. */
  readonly onRefreshFailure?: (error: Unavailable) => void;
  /** Told the kid of every published key that a token names: how a gateway counts which of them are still in use. */
  readonly onKeyUsed?: (kid: string) => void;
  readonly revocations?: Revocations;
}

type Optional = 'onKeyUsed' | 'onRefreshFailure' | 'revocations';
export type Settings = Readonly<Required<Omit<VerifierOptions, 'audience' | Optional>>> &
  Pick<VerifierOptions, Optional> & { readonly audience: readonly string[] };

const ASYMMETRIC = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519|ML-DSA-(?:44|65|87))$/;

const DEFAULTS = {
  algorithms: ['ES256'],
  clockTolerance: 5,
  clock: { now: () => new Date() },
  cooldown: 30,
  timeout: 5,
  cacheMaxAge: 600,
  staleLimit: 86_400,
  proofAlgorithms: ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519'],
  proofMaxAge: 60,
  proofsRemembered: 100_000,
  fetch: (...request: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...request),
} satisfies Partial<VerifierOptions>;

/** @throws TypeError that names the option. */
export function settingsOf(options: VerifierOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = {
    ...DEFAULTS,
    ...(given as unknown as VerifierOptions),
    audience: [options.audience].flat(),
  };
  checkIssuer(settings.issuer);
  if (settings.audience.length === 0 || !settings.audience.every(isText)) throw new TypeError('audience: name the API');
  checkAlgorithms('algorithms', settings.algorithms);
  checkAlgorithms('proofAlgorithms', settings.proofAlgorithms);
  for (const name of ['clockTolerance', 'cooldown', 'cacheMaxAge', 'staleLimit', 'proofMaxAge'] as const) {
    if (!(settings[name] >= 0)) throw new TypeError(`${name}: a number of seconds`);
  }
  for (const name of ['timeout', 'proofsRemembered'] as const) {
    if (!(settings[name] > 0)) throw new TypeError(`${name}: more than nothing`);
  }
  return settings;
}

/** Tokens and keys go over TLS, but on one's own machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}

function checkIssuer(issuer: string): void {
  const url = URL.parse(issuer);
  if (!url || !isSafe(url) || url.search || url.hash) {
    throw new TypeError(`issuer: "${issuer}" is no https URL without query and fragment (http on loopback alone)`);
  }
}

function checkAlgorithms(name: string, algorithms: readonly string[]): void {
  const wrong = algorithms.find((algorithm) => !ASYMMETRIC.test(algorithm));
  if (wrong !== undefined) throw new TypeError(`${name}: "${wrong}" is not a signature with a key pair`);
  if (algorithms.length === 0) throw new TypeError(`${name}: name one at least`);
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
