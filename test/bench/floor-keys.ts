import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signer } from '../../src/keys/signature.ts';
import type { Sign } from '../../src/keys/types.ts';
import { KID } from './token-kit.ts';

interface FloorKey {
  readonly publicKey: KeyObject;
  /** A JWT of these claims; the signature is made as Gatehouse makes it. */
  jwt(claims: object): Promise<string>;
}

/** What the floor signs with. */
export function floorKeys(): Readonly<Record<'ES256' | 'RS256', FloorKey>> {
  const { privateKey: ec, publicKey: ecPublic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey: rsa, publicKey: rsaPublic } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ES256: keyOf('ES256', ecPublic, signer('ES256', ec)),
    RS256: keyOf('RS256', rsaPublic, signer('RS256', rsa)),
  };
}

function keyOf(alg: string, publicKey: KeyObject, sign: Sign): FloorKey {
  const encoded = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
  const header = encoded(JSON.stringify({ alg, typ: 'at+jwt', kid: KID }));
  const jwt = async (claims: object) => {
    const input = `${header}.${encoded(JSON.stringify(claims))}`;
    return `${input}.${encoded(await sign(Buffer.from(input)))}`;
  };
  return { publicKey, jwt };
}
