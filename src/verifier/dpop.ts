import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';
import { TokenRefused } from './errors.ts';
import type { ProofMemory } from './proof-memory.ts';
import type { Settings } from './settings.ts';
import { targetUri } from './target-uri.ts';
import type { DpopProof } from './types.ts';

/** Characters, before anything of it is read. */
const LONGEST = 8 * 1024;

/** The key that a token is bound to (RFC 7638), the token, and what came with it. */
export interface DpopCheck {
  readonly thumbprint: string;
  readonly token: string;
  readonly presented: DpopProof;
}

/**
 * A DPoP proof for this request, of the token's key, that was not used before (RFC 9449 §4.3, §7.1).
 * @throws TokenRefused
 */
export async function checkDpop(check: DpopCheck, settings: Settings, memory: ProofMemory): Promise<void> {
  const { thumbprint, token, presented } = check;
  const { jwk, claims } = await readProof(presented.proof, settings);
  const target = targetUri(presented.url);
  if (claims['htm'] !== presented.method) throw invalid('it is for another method');
  if (target === undefined || targetUri(String(claims['htu'])) !== target) throw invalid('it is for another address');
  if (claims['ath'] !== createHash('sha256').update(token).digest('base64url'))
    throw invalid('it is for another token');
  checkAge(claims['iat'], settings);
  if ((await calculateJwkThumbprint(jwk)) !== thumbprint) {
    throw new TokenRefused('proof_key_mismatch', 'the token is bound to another key than its proof was made with');
  }
  memory.use(thumbprint, String(claims['jti']));
}

async function readProof(proof: string, { proofAlgorithms, clock, clockTolerance }: Settings) {
  if (proof.length > LONGEST) throw invalid(`it has more than ${LONGEST} characters`);
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: [...proofAlgorithms],
    requiredClaims: ['jti', 'htm', 'htu', 'iat', 'ath'],
    currentDate: clock.now(),
    clockTolerance,
  }).catch((error: Error) => {
    throw invalid(error.message, error);
  });
  if (typeof payload.jti !== 'string' || payload.jti === '') throw invalid('its jti is no text');
  return { claims: payload, jwk: protectedHeader.jwk as JWK };
}

function checkAge(iat: unknown, { clock, clockTolerance, proofMaxAge }: Settings): void {
  const age = clock.now().getTime() / 1000 - Number(iat);
  if (age < -clockTolerance) throw invalid('it is from the future');
  if (age > proofMaxAge + clockTolerance) throw invalid('it is too old');
}

const invalid = (why: string, cause?: unknown) =>
  new TokenRefused('proof_invalid', `the DPoP proof does not hold: ${why}`, { cause });
