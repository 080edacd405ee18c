import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { epochSeconds } from '../kernel/clock.ts';
import { sha256 } from '../kernel/ids.ts';
import type { KeyRing } from '../keys/index.ts';
import { ACCESS_TOKEN_ALG } from '../oidc/index.ts';
import type { GuardParts } from './parts.ts';

/** Tokens whose signatures are remembered: those that are shown again and again, as by whoever saves every few seconds. */
const REMEMBERED = 10_000;

/** Seconds that clocks of issuing and verifying nodes may differ by. */
const TOLERANCE = 5;

/**
 * Verifies access tokens by the keys there are now. A signature that was good is not looked at a second time by the same keys,
 * for that takes as long as much of a call; whether the token has expired is, and whoever asks looks whether it was revoked.
 * @returns what resolves with the claims, and rejects for anything but a live token for Gatehouse's own API
 */
export function tokenVerifier(parts: GuardParts): VerifyToken {
  const verify = verifiers.get(parts) ?? newVerifier(parts);
  verifiers.set(parts, verify);
  return verify;
}

export type VerifyToken = (token: string) => Promise<JWTPayload>;

/** One for all routes of a server. */
const verifiers = new WeakMap<GuardParts, VerifyToken>();

function newVerifier({ issuer, clock, keyRing }: GuardParts): VerifyToken {
  const rings = new WeakMap<KeyRing, ReturnType<typeof remembering>>();
  const ofRing = (ring: KeyRing) => {
    const its = rings.get(ring) ?? remembering(ring);
    rings.set(ring, its);
    return its;
  };
  return async (token) => {
    const { keys, seen } = ofRing(keyRing());
    const name = sha256(token).toString('base64');
    const known = seen.get(name);
    if (known && (known.exp ?? 0) > epochSeconds(clock) - TOLERANCE) return known;
    const expected = { issuer, audience: `${issuer}/v1`, typ: 'at+jwt', algorithms: [ACCESS_TOKEN_ALG] };
    const times = { requiredClaims: ['exp', 'iat', 'jti'], currentDate: clock.now(), clockTolerance: TOLERANCE };
    const { payload } = await jwtVerify(token, keys, { ...expected, ...times });
    seen.set(name, payload);
    return payload;
  };
}

/** What a ring's keys say is read once, and what they have verified is theirs alone. */
function remembering({ published }: KeyRing) {
  const keys = published.filter(({ alg }) => alg === ACCESS_TOKEN_ALG).map(({ publicJwk }) => publicJwk);
  return { keys: createLocalJWKSet({ keys }), seen: new LRUCache<string, JWTPayload>({ max: REMEMBERED }) };
}
