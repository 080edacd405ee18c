import { z } from 'zod';
import type { Report } from './document.ts';
import { hsmMembers } from './hsm.ts';
import { check } from './problems.ts';
import type { ResourceDeclaration } from './types.ts';

/** Seconds that anybody may keep the JWKS, and may go on with it while they ask again (RFC 5861). */
export const JWKS_MAX_AGE = 300;
export const JWKS_STALE = 60;
/** Seconds that clocks may differ by, and that a node may take to hear of a change. */
const SKEW = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** An ID token's life, in seconds; an API's access tokens have their own. */
const ID_TOKEN_LIFE = 15 * 60;

/** What a key can be made for. OIDC wants RS256 of everybody, and access tokens are ES256. */
export const SIGNING_ALGORITHMS = [
  ...(['ES256', 'RS256', 'PS256', 'ES384', 'Ed25519', 'EdDSA'] as const),
  ...(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const),
] as const;
const REQUIRED = ['ES256', 'RS256'] as const;

/** The life of signing keys, in seconds. */
export interface SigningKeySettings {
  readonly algorithms: readonly string[];
  readonly rotateEvery: number;
  readonly publishAhead: number;
  readonly retireAfter: number;
  /** The longest life of anything that is signed. */
  readonly longestToken: number;
}

const schema = z.strictObject({
  algorithms: z.array(z.enum(SIGNING_ALGORITHMS)).default([...REQUIRED]),
  rotate_every: z
    .int()
    .min(HOUR)
    .max(366 * DAY)
    .default(30 * DAY),
  publish_ahead: z
    .int()
    .min(JWKS_MAX_AGE + JWKS_STALE + SKEW)
    .default(DAY),
  retire_after: z.int().min(1).exactOptional(),
  ...hsmMembers,
});

/**
 * The section `signing_keys`, checked against itself and the lives of tokens; faults are reported. Without it keys
 * rotate every 30 days, published a day ahead, and are kept an hour longer than the longest token.
 */
export function readSigningKeys(
  value: unknown,
  resources: readonly ResourceDeclaration[],
  report: Report,
): SigningKeySettings {
  const result = check(schema, value ?? {});
  const data = 'data' in result ? result.data : schema.parse({});
  const longestToken = Math.max(ID_TOKEN_LIFE, ...resources.map(({ access_token_ttl }) => access_token_ttl));
  const settings = {
    algorithms: [...new Set(data.algorithms)],
    rotateEvery: data.rotate_every,
    publishAhead: data.publish_ahead,
    retireAfter: data.retire_after ?? longestToken + HOUR,
    longestToken,
  };
  const problems = 'problems' in result ? result.problems : contradictions(settings);
  for (const { path, problem } of problems) report(['signing_keys', ...path], problem);
  return settings;
}

function contradictions({ algorithms, rotateEvery, publishAhead, retireAfter, longestToken }: SigningKeySettings) {
  const found: { path: string[]; problem: string }[] = [];
  const missing = REQUIRED.filter((alg) => !algorithms.includes(alg));
  if (missing.length > 0) found.push({ path: ['algorithms'], problem: `must include ${missing.join(' and ')}` });
  if (publishAhead >= rotateEvery) {
    found.push({ path: ['publish_ahead'], problem: `must be less than rotate_every (${rotateEvery} seconds)` });
  }
  const least = longestToken + 2 * SKEW;
  if (retireAfter < least) {
    const why = `the longest token lives ${longestToken} seconds`;
    found.push({ path: ['retire_after'], problem: `must be at least ${least} seconds: ${why}` });
  }
  return found;
}
