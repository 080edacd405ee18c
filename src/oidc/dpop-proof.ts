import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWTVerifyResult, jwtVerify } from 'jose';
import { z } from 'zod';
import { DPOP_ALGORITHMS, PROOF_WINDOW } from './dpop.ts';
import type { DpopNonces } from './dpop-nonce.ts';

/** What a good proof says: which key was used, and its `jti`, to be claimed. */
export interface DpopProof {
  /** RFC 7638, SHA-256. */
  readonly jkt: string;
  readonly jti: string;
}

/** What the proof has to be for. */
export interface ProvenRequest {
  readonly method: string;
  /** Our address of what was called, by ISSUER; query and fragment do not count. */
  readonly url: string;
  /** Where one is shown with the proof. */
  readonly accessToken?: string;
  /** Whether a time of its own will not do. */
  readonly nonceRequired?: boolean;
}

/** A proof that proves nothing (RFC 9449 §4.3), or lacks a nonce of ours (§8). */
export class DpopProofError extends Error {
  readonly code: 'invalid_dpop_proof' | 'use_dpop_nonce';
  /** For the header `DPoP-Nonce`. */
  readonly nonce: string | undefined;

  constructor(message: string, nonce?: string) {
    super(message);
    this.name = 'DpopProofError';
    this.code = nonce === undefined ? 'invalid_dpop_proof' : 'use_dpop_nonce';
    this.nonce = nonce;
  }
}

const claims = z.object({
  jti: z.string().min(1).max(512),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string().exactOptional(),
  nonce: z.string().exactOptional(),
});

/**
 * Checks a proof as the engine does, for what the engine does not serve. Its own `jwk` alone verifies it, a public one.
 * @throws DpopProofError
 */
export async function checkDpopProof(
  proof: string,
  request: ProvenRequest,
  nonces: DpopNonces,
  now: Date,
): Promise<DpopProof> {
  const { protectedHeader, payload } = await verified(proof, now);
  const { data } = claims.safeParse(payload);
  if (!data) throw new DpopProofError('the proof lacks one of jti, htm, htu and iat');
  if (data.htm !== request.method) throw new DpopProofError('the proof is for another method (htm)');
  if (withoutQuery(data.htu) !== withoutQuery(request.url))
    throw new DpopProofError('the proof is for another address (htu)');
  if (request.accessToken !== undefined && data.ath !== digestOf(request.accessToken))
    throw new DpopProofError('the proof is for another access token (ath)');
  const problem = problemOfTime(data, nonces, now, request.nonceRequired);
  if (problem) throw new DpopProofError(problem, nonces.next(now));
  return { jkt: await calculateJwkThumbprint(protectedHeader.jwk ?? {}), jti: data.jti };
}

async function verified(proof: string, now: Date): Promise<JWTVerifyResult> {
  const options = { algorithms: [...DPOP_ALGORITHMS], typ: 'dpop+jwt', currentDate: now };
  try {
    return await jwtVerify(proof, EmbeddedJWK, options);
  } catch {
    throw new DpopProofError('the proof is not a JWT of type dpop+jwt that its own public key verifies');
  }
}

/** A nonce of ours says when the proof was made, whatever the clock over there shows. */
function problemOfTime(
  { iat, nonce }: z.infer<typeof claims>,
  nonces: DpopNonces,
  now: Date,
  nonceRequired = false,
): string | undefined {
  if (nonce !== undefined) return nonces.isCurrent(nonce, now) ? undefined : 'the nonce is not one of ours, or too old';
  if (nonceRequired) return 'a nonce is required in the proof';
  const off = Math.abs(now.getTime() / 1000 - iat);
  return off > PROOF_WINDOW ? 'the proof is too old, or from the future: use the nonce' : undefined;
}

/** As URLs compare (RFC 3986 §6.2.2 and §6.2.3); undefined for what is none. */
function withoutQuery(address: string): string | undefined {
  const url = URL.parse(address);
  return url ? Object.assign(url, { search: '', hash: '' }).href : undefined;
}

const digestOf = (token: string) => createHash('sha256').update(token).digest('base64url');
