import { constants, createPublicKey, type KeyObject, sign, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { inTurns } from './in-turns.ts';
import type { Sign } from './types.ts';

const signInThreadPool = promisify(sign) as (
  digest: string | null,
  data: Uint8Array,
  key: KeyObject,
) => Promise<Buffer>;

/**
 * What signs with a private key that this process holds. Where it takes more than one millisecond, a thread of the pool does
 * so: meanwhile others are answered.
 */
export function signer(alg: string, privateKey: KeyObject): Sign {
  // A key with options is an object too. One that holds a key costs Node an exception, each time, to find that out.
  const size = CURVES[alg];
  const key = size === undefined ? Object.assign(privateKey, OPTIONS[alg]) : privateKey;
  const digest = digestOf(alg);
  const bytes = isQuick(alg, privateKey)
    ? inTurns((data: Uint8Array) => sign(digest, data, key))
    : (data: Uint8Array) => signInThreadPool(digest, data, key);
  return size === undefined ? bytes : async (data) => concatenated(await bytes(data), size);
}

/** RSA that takes half a millisecond; of 3072 bits it is 1.4, as P-384 is 1.1: OpenSSL has no program of its own for it. */
const QUICK_BITS = 2048;
const QUICK: ReadonlySet<string> = new Set(['ES256', 'EdDSA', 'Ed25519']);

const isQuick = (alg: string, { asymmetricKeyDetails: details }: KeyObject): boolean =>
  QUICK.has(alg) || (details?.modulusLength ?? Number.POSITIVE_INFINITY) <= QUICK_BITS;

/** Bytes of a coordinate. */
const CURVES: Readonly<Record<string, number>> = { ES256: 32, ES384: 48 };

/**
 * An ECDSA signature as JWS has it, two integers of one size (RFC 7518 §3.4), from what OpenSSL makes, a DER sequence of two
 * that are as short as they can be (RFC 3279 §2.2.3). Node does the same on request, and takes half as long as for signing.
 */
export function concatenated(der: Buffer, size: number): Buffer {
  const both = Buffer.alloc(2 * size);
  let at = 2;
  for (const place of [size, 2 * size]) {
    const end = at + 2 + (der[at + 1] ?? 0);
    // A zero may stand in front, so that it is no negative number.
    const begin = Math.max(at + 2, end - size);
    der.copy(both, place - (end - begin), begin, end);
    at = end;
  }
  return both;
}

/** Whether a signature is one of these bytes by the private part of a published key. */
export function verifies(alg: string, publicJwk: JWK, data: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: publicJwk as never, format: 'jwk' });
  return verify(digestOf(alg), data, { key, ...OPTIONS[alg] }, signature);
}

/** Where the key does not say it all; of EdDSA it does. */
const OPTIONS: Readonly<Record<string, Omit<VerifyKeyObjectInput, 'key'>>> = {
  ES256: { dsaEncoding: 'ieee-p1363' },
  ES384: { dsaEncoding: 'ieee-p1363' },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
};

/** RFC 7518 §3: its last three digits; an algorithm without them hashes by itself. */
function digestOf(alg: string): string | null {
  const [, bits] = /^[A-Z]S(\d{3})$/.exec(alg) ?? [];
  return bits ? `sha${bits}` : null;
}
