import type { Unavailable } from './errors.ts';
import { isSafe } from './settings.ts';

/** Durations are in seconds. */
export interface FollowOptions {
  readonly issuer: string;
  /** A client of the issuer's that may have `revocations:read` by client_credentials. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** In their place: what gets an access token for `<issuer>/v1`, asked again when one is no longer taken. */
  readonly token?: () => string | Promise<string>;
  /** When the list is older than this, nobody can tell from it; 60. */
  readonly staleAfter?: number;
  /** What becomes of tokens then: `refuse` (503), or `accept`, as if nothing had ended in the meantime; refuse. */
  readonly onStale?: 'refuse' | 'accept';
  /** How long the issuer may hold a question open until there is news, 30 at most; 30. */
  readonly wait?: number;
  /** For an answer beyond that; 5. */
  readonly timeout?: number;
  /** Between two tries while the issuer is away: from the first on, doubling; 1 … */
  readonly shortestPause?: number;
  /** … and 30. */
  readonly longestPause?: number;
  readonly clock?: { now(): Date };
  readonly fetch?: typeof globalThis.fetch;
  /** Told of each try in vain, for the log. */
  readonly onFailure?: (error: Unavailable) => void;
}

type Optional = 'clientId' | 'clientSecret' | 'token' | 'onFailure';
export type FollowSettings = Readonly<Required<Omit<FollowOptions, Optional>>> & Pick<FollowOptions, Optional>;

const DEFAULTS = {
  staleAfter: 60,
  onStale: 'refuse',
  wait: 30,
  timeout: 5,
  shortestPause: 1,
  longestPause: 30,
  clock: { now: () => new Date() },
  fetch: (...request: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...request),
} satisfies Partial<FollowOptions>;

/** @throws TypeError that names the option. */
export function followSettingsOf(options: FollowOptions): FollowSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: FollowSettings = { ...DEFAULTS, ...(given as unknown as FollowOptions) };
  const { issuer, token, clientId, clientSecret, onStale, wait } = settings;
  const url = URL.parse(issuer);
  if (!url || !isSafe(url)) throw new TypeError(`issuer: "${issuer}" is no https URL (http on loopback alone)`);
  if (!token && !(clientId && clientSecret)) throw new TypeError('clientId, clientSecret: both, or token');
  if (!['refuse', 'accept'].includes(onStale)) throw new TypeError('onStale: "refuse" or "accept"');
  for (const name of ['staleAfter', 'timeout', 'shortestPause', 'longestPause'] as const) {
    if (!(settings[name] > 0)) throw new TypeError(`${name}: more than nothing`);
  }
  if (!(Number.isInteger(wait) && wait >= 1 && wait <= 30)) throw new TypeError('wait: 1 to 30 whole seconds');
  return { ...settings, issuer: issuer.replace(/\/$/, '') };
}
