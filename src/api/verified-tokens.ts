import { createLocalJWKSet, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { epochSeconds } from '../kernel/clock.ts';
import type { KeyRing } from '../keys/index.ts';
import { ACCESS_TOKEN_ALG } from '../oidc/index.ts';
import type { GuardParts } from './parts.ts';
import { confirmation } from './possession.ts';

/** Tokens whose signatures are remembered: those that are shown again and again, as by whoever saves every few seconds. */
const REMEMBERED = 10_000;

/** Seconds that clocks of issuing and verifying nodes may differ by. */
const TOLERANCE = 5;

/**
 * Verifies access tokens by the keys there are now. A signature that was good is not looked at a second time by the same keys,
 * for that takes as long as much of a call. It is remembered by itself: who reads this process's memory has its signing keys,
 * too. Whether the token has expired is looked at each time, and whoever asks looks whether it was revoked.
 * @returns what resolves with the claims, and rejects for anything but a live token for Gatehouse's own API
 */
export function tokenVerifier(parts: GuardParts): VerifyToken {
  const verify = verifiers.get(parts) ?? newVerifier(parts);
  verifiers.set(parts, verify);
  return verify;
}

const claims = z.object({
  sub: z.string(),
  client_id: z.string(),
  scope: z.string().default(''),
  cnf: confirmation.default({}),
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  sid: z.string().optional(),
  candidate_id: z.string().optional(),
  assessment_session_id: z.string().optional(),
});

/** What an access token says, as far as it is looked at here. */
export type TokenClaims = z.infer<typeof claims>;

export type VerifyToken = (token: string) => Promise<TokenClaims>;

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
    const known = seen.get(token);
    if (known && known.exp > epochSeconds(clock) - TOLERANCE) return known;
    const expected = { issuer, audience: `${issuer}/v1`, typ: 'at+jwt', algorithms: [ACCESS_TOKEN_ALG] };
    const times = { requiredClaims: ['exp', 'iat', 'jti'], currentDate: clock.now(), clockTolerance: TOLERANCE };
    const { payload } = await jwtVerify(token, keys, { ...expected, ...times });
    const verified = claims.parse(payload);
    seen.set(token, verified);
    return verified;
  };
}

/** What a ring's keys say is read once, and what they have verified is theirs alone. */
function remembering({ published }: KeyRing) {
  const keys = published.filter(({ alg }) => alg === ACCESS_TOKEN_ALG).map(({ publicJwk }) => publicJwk);
  return { keys: createLocalJWKSet({ keys }), seen: new LRUCache<string, TokenClaims>({ max: REMEMBERED }) };
}
