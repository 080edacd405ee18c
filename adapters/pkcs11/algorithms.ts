import type { JWK } from 'jose';
import * as CK from './constants.ts';
import { type Attribute, type Mechanism, ulong } from './cryptoki.ts';
import { attribute, mechanism } from './session.ts';

/** What a token has to be told of a JWS algorithm (RFC 7518 §3). */
export interface Algorithm {
  readonly generation: Mechanism;
  /** Of the public part, from which the token makes the other. */
  readonly attributes: readonly Attribute[];
  readonly signature: Mechanism;
  /** What is hashed before it is sent; else the token does that. */
  readonly digest?: 'sha256' | 'sha384';
  publicJwk(read: (type: number) => Promise<Buffer>): Promise<JWK>;
}

const RSA_BITS = 2048;
const EXPONENT = Buffer.of(1, 0, 1);
const PSS = Buffer.concat([CK.CKM_SHA256, CK.CKG_MGF1_SHA256, 32].map(ulong));

/** @param curve DER of its object identifier (RFC 5480 §2.1.1.1) */
const ecdsa = (crv: string, bytes: number, curve: string, digest: 'sha256' | 'sha384'): Algorithm => ({
  generation: mechanism(CK.CKM_EC_KEY_PAIR_GEN),
  attributes: [attribute(CK.CKA_EC_PARAMS, Buffer.from(curve, 'hex'))],
  signature: mechanism(CK.CKM_ECDSA),
  digest,
  async publicJwk(read) {
    // The point ends with its two coordinates, whether or not the token wraps it in an OCTET STRING.
    const point = await read(CK.CKA_EC_POINT);
    const [x, y] = [point.subarray(-2 * bytes, -bytes), point.subarray(-bytes)];
    return { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') };
  },
});

const rsa = (signature: Mechanism): Algorithm => ({
  generation: mechanism(CK.CKM_RSA_PKCS_KEY_PAIR_GEN),
  attributes: [attribute(CK.CKA_MODULUS_BITS, ulong(RSA_BITS)), attribute(CK.CKA_PUBLIC_EXPONENT, EXPONENT)],
  signature,
  async publicJwk(read) {
    const [n, e] = [await read(CK.CKA_MODULUS), await read(CK.CKA_PUBLIC_EXPONENT)];
    return { kty: 'RSA', n: unsigned(n), e: unsigned(e) };
  },
});

/** RFC 7518 §2, Base64urlUInt: no leading zeros. */
const unsigned = (bytes: Buffer): string => bytes.subarray(bytes.findIndex((byte) => byte !== 0)).toString('base64url');

export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  ES256: ecdsa('P-256', 32, '06082a8648ce3d030107', 'sha256'),
  ES384: ecdsa('P-384', 48, '06052b81040022', 'sha384'),
  RS256: rsa(mechanism(CK.CKM_SHA256_RSA_PKCS)),
  PS256: rsa(mechanism(CK.CKM_SHA256_RSA_PKCS_PSS, PSS)),
};
