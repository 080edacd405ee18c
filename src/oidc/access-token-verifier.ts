import { createLocalJWKSet, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Clock, epochSeconds } from '../kernel/clock.ts';
import type { KeyRing } from '../keys/index.ts';

/** Tokens whose signatures are remembered: those that are shown again and again, as gateways do with each call. */
const REMEMBERED = 10_000;

export interface VerifierParts {
  readonly issuer: string;
  readonly clock: Clock;
  readonly keyRing: () => KeyRing;
}

/** What a caller takes for a token of its own. */
export interface Expected<Claims> {
  readonly algorithms: readonly string[];
  /** Undefined for a token of whatever API. */
  readonly audience: string | undefined;
  readonly requiredClaims: readonly string[];
  /** Seconds that clocks of issuing and verifying nodes may differ by. */
  readonly tolerance: number;
  /** Its claims out of what was signed; throws where they are not as they should be. */
  read(payload: JWTPayload): Claims;
}

/**
 * Verifies access tokens (RFC 9068 §4) by the keys there are now. A signature that was good is not looked at a second time by
 * the same keys, for that takes as long as much of a call, and one that is being looked at is not looked at twice. Tokens are
 * remembered by themselves: who reads this process's memory has its signing keys, too. Whether one has expired is looked at
 * each time, and whoever asks looks whether it was revoked.
 * @returns what resolves with the claims, and rejects for anything but a live token
 */
export function accessTokenVerifier<Claims extends { readonly exp: number }>(
  { issuer, clock, keyRing }: VerifierParts,
  { algorithms, tolerance, read, ...expected }: Expected<Claims>,
): (token: string) => Promise<Claims> {
  const memories = new WeakMap<KeyRing, Memory<Claims>>();
  const memoryOf = (ring: KeyRing) => {
    const its = memories.get(ring) ?? memory<Claims>(ring, algorithms);
    memories.set(ring, its);
    return its;
  };
  const verify = async (token: string, { keys, seen }: Memory<Claims>) => {
    const now = { currentDate: clock.now(), clockTolerance: tolerance };
    const options = { ...expected, ...now, issuer, typ: 'at+jwt', algorithms } as JWTVerifyOptions;
    const claims = frozen(read((await jwtVerify(token, keys, options)).payload));
    seen.set(token, claims);
    return claims;
  };
  return async (token) => {
    const its = memoryOf(keyRing());
    const known = its.seen.get(token);
    if (known && known.exp > epochSeconds(clock) - tolerance) return known;
    const going = its.going.get(token) ?? verify(token, its).finally(() => its.going.delete(token));
    its.going.set(token, going);
    return going;
  };
}

/** What a ring's keys say is read once, and what they have verified is theirs alone. */
interface Memory<Claims extends object> {
  readonly keys: ReturnType<typeof createLocalJWKSet>;
  readonly seen: LRUCache<string, Claims>;
  readonly going: Map<string, Promise<Claims>>;
}

function memory<Claims extends object>({ published }: KeyRing, algorithms: readonly string[]): Memory<Claims> {
  const keys = published.filter(({ alg }) => algorithms.includes(alg)).map(({ publicJwk }) => publicJwk);
  return { keys: createLocalJWKSet({ keys }), seen: new LRUCache({ max: REMEMBERED }), going: new Map() };
}

/** What many requests are given none of them can change. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
