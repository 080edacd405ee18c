import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

interface ProofParts {
  /** What is proved, as in RFC 9449 §4.2. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A client's key, and the proofs it makes (RFC 9449). */
export interface DpopClient {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
  /** What tokens of this client are bound to. */
  readonly thumbprint: string;
  proof(parts: ProofParts): Promise<string>;
}

export async function makeDpopClient(alg = 'ES256'): Promise<DpopClient> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    jwk,
    privateKey,
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: ({ claims, header = {} }) =>
      new SignJWT({ jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey),
  };
}

/** What a proof says of the token it goes with. */
export const athOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
