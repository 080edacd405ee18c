import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A client's key for private_key_jwt, every part of whose assertions can be bent. */
export class AssertionKey {
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;

  private constructor(privateKey: CryptoKey, publicJwk: JWK) {
    this.privateKey = privateKey;
    this.publicJwk = publicJwk;
  }

  static async create(kid?: string, alg = 'ES256'): Promise<AssertionKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const named = kid === undefined ? {} : { kid };
    return new AssertionKey(privateKey, { ...(await exportJWK(publicKey)), ...named, alg });
  }

  /** A claim or a member of the header that is undefined is left out. */
  assertion(
    client: string,
    audience: string | readonly string[],
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const said = { iss: client, sub: client, aud: audience, iat: now, exp: now + 60, jti: randomUUID(), ...claims };
    const { alg = 'ES256', kid } = this.publicJwk;
    const named = { alg, ...(kid === undefined ? {} : { kid }), ...header };
    return new SignJWT(said as JWTPayload).setProtectedHeader(named).sign(this.privateKey);
  }
}

/** What an assertion is sent as. */
export const asserted = (client_assertion: string) => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion,
});
