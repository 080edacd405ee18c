import { timingSafeEqual } from 'node:crypto';
import { randomToken, sha256 } from '../kernel/ids.ts';

/** The member of the metadata that holds the secret before, for as long as it works. */
export const RETIRING_SECRET = 'retiring_secret';

/** A secret that was replaced. */
export interface RetiringSecret {
  readonly hash: string;
  /** Seconds since the epoch, from which it works no more. */
  readonly expires_at: number;
}

/** A client's metadata, of which the secrets are looked at. */
type Secrets = Readonly<Record<string, unknown>>;

/** A secret that nobody chose: 256 random bits as 43 letters and digits. */
export const newSecret = (): string => randomToken();

/** How a secret was hashed, before the hash. */
const SCHEME = 'sha256:';

/**
 * What is stored in the place of a client secret. A plain SHA-256 will do: a secret has 32 characters at least and is
 * checked at every token request, where a slow hash would be the bottleneck and the lever of a flood.
 */
export function hashSecret(secret: string): string {
  return `${SCHEME}${sha256(secret).toString('base64url')}`;
}

/** Whether `secret` is the one that `hash` was made of; in constant time. */
export function matchesSecret(hash: string, secret: string): boolean {
  const [expected, actual] = [Buffer.from(hash.slice(SCHEME.length), 'base64url'), sha256(secret)];
  return hash.startsWith(SCHEME) && expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Whether a client may show `secret`: it is the one it has, or the one before, which is still retiring `now`. */
export function acceptsSecret(client: Secrets, secret: string, now: Date): boolean {
  const { client_secret: current } = client;
  if (typeof current !== 'string') return false;
  const before = retiringSecret(client, now);
  return matchesSecret(current, secret) || (before !== undefined && matchesSecret(before.hash, secret));
}

/** The secret before; undefined where there is none, or it works no more. */
export function retiringSecret({ retiring_secret }: Secrets, now: Date): RetiringSecret | undefined {
  const before = retiring_secret as RetiringSecret | undefined;
  return before && now.getTime() < before.expires_at * 1000 ? before : undefined;
}
