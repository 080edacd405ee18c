import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { RelyingParty } from './relying-party.ts';

export interface ProofOf {
  readonly method?: string;
  readonly url: string;
  readonly accessToken?: string | undefined;
  readonly nonce?: string | undefined;
  /** Any claim, as it should not be; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A key that a client proves to hold (RFC 9449), every part of whose proofs can be bent. */
export class DpopKey {
  readonly jwk: JWK;
  /** Its RFC 7638 thumbprint. */
  readonly jkt: string;
  readonly privateKey: CryptoKey;
  readonly alg: string;

  private constructor(alg: string, privateKey: CryptoKey, jwk: JWK, jkt: string) {
    this.alg = alg;
    this.privateKey = privateKey;
    this.jwk = jwk;
    this.jkt = jkt;
  }

  static async create(alg = 'ES256'): Promise<DpopKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new DpopKey(alg, privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  /** A new proof each time: its `jti` is random. */
  proof({ method = 'POST', url, accessToken, nonce, claims, header }: ProofOf): Promise<string> {
    const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url');
    const iat = Math.floor(Date.now() / 1000);
    const said = { jti: randomUUID(), htm: method, htu: url, iat, ath, nonce, ...claims };
    return new SignJWT(said)
      .setProtectedHeader({ alg: this.alg, typ: 'dpop+jwt', jwk: this.jwk, ...header })
      .sign(this.privateKey);
  }

  /** What goes with a request that shows a token. */
  async headers(accessToken: string, url: string, method = 'GET'): Promise<Record<string, string>> {
    const dpop = await this.proof({ method, url, accessToken });
    return { authorization: `DPoP ${accessToken}`, dpop };
  }
}

/** A relying party that proves its key wherever it sends a form; `node` is where one of the issuer's nodes listens. */
export class ProvingParty extends RelyingParty {
  readonly key: DpopKey;
  readonly #named: string;

  constructor(issuer: string, key: DpopKey, node = issuer) {
    super(node);
    this.key = key;
    this.#named = issuer;
  }

  /** A header `dpop` among `headers` is sent in the place of a new proof. */
  override async post(
    path: string,
    parameters: Record<string, string>,
    client: { id: string; secret?: string | undefined },
    headers: Record<string, string> = {},
  ) {
    const dpop = headers['dpop'] ?? (await this.key.proof({ url: this.#named + path }));
    return super.post(path, parameters, client, { ...headers, dpop });
  }
}
