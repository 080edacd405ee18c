import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { RelyingParty } from './relying-party.ts';

/** A client that proves who it is by a key of its own (private_key_jwt, RFC 7523). */
export interface Signer {
  readonly id: string;
  /** Its public key, for a declaration. */
  readonly jwk: string;
  /** What proves it once. */
  assertion(issuer: string): Promise<Record<string, string>>;
}

export async function createSigner(id: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' });
  const assertion = async (issuer: string) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey),
  });
  return { id, jwk, assertion };
}

/** A relying party that proves itself so at every token request. */
export class SigningParty extends RelyingParty {
  readonly #signer: Signer;
  readonly #audience: string;

  /** @param address where it talks to the server, which may not be what the server calls itself */
  constructor(signer: Signer, issuer: string, address = issuer) {
    super(address);
    this.#signer = signer;
    this.#audience = issuer;
  }

  override async token(parameters: Record<string, string>) {
    const proof = await this.#signer.assertion(this.#audience);
    return super.token({ ...parameters, ...proof }, { id: this.#signer.id });
  }
}
