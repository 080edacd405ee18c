import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const API = 'https://api.example.com';

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export async function makeKey(alg = 'ES256'): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, alg, publicKey, privateKey, publicJwk: { ...jwk, kid, alg, use: 'sig' } };
}

interface TokenParts {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: IssuerKey;
}

/** A small issuer on loopback, with real keys, that can be made to do anything an issuer should not. */
export class TestIssuer {
  readonly url: string;
  /** What it publishes; the first one signs. */
  keys: IssuerKey[];
  /** What it was asked for since this was last emptied. */
  asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  cacheControl: string | undefined = 'public, max-age=300, stale-while-revalidate=60';
  /** Other members of the discovery document. */
  document: Readonly<Record<string, unknown>> = {};
  /** Answers in its place, where it is set. */
  instead: RequestListener | undefined;
  /** Seconds since the epoch. */
  now: () => number = () => Math.floor(Date.now() / 1000);
  readonly #server: Server;

  private constructor(server: Server, key: IssuerKey) {
    this.#server = server;
    this.keys = [key];
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.asked.push({ path: request.url ?? '', headers: request.headers });
      (this.instead ?? this.#answer)(request, response);
    });
  }

  static async start(): Promise<TestIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestIssuer(server, await makeKey());
  }

  /** How often its keys were asked for. */
  get fetches(): number {
    return this.asked.filter(({ path }) => path === '/jwks').length;
  }

  /** An access token as Gatehouse makes them, but for what is said. */
  async token({ claims = {}, header = {}, key = this.#signing() }: TokenParts = {}): Promise<string> {
    const now = this.now();
    const usual = {
      iss: this.url,
      sub: 'ada',
      aud: API,
      client_id: 'shop',
      scope: 'orders:read',
      iat: now,
      exp: now + 900,
      jti: randomUUID(),
    };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header })
      .sign(key.privateKey);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #signing(): IssuerKey {
    const [key] = this.keys;
    if (!key) throw new Error('this issuer has no key');
    return key;
  }

  readonly #answer: RequestListener = ({ url, headers }, response) => {
    const jwks = { keys: this.keys.map(({ publicJwk }) => publicJwk) };
    const discovery = { issuer: this.url, jwks_uri: `${this.url}/jwks`, ...this.document };
    const etag = `"${this.keys.map(({ kid }) => kid).join()}"`;
    if (this.cacheControl !== undefined) response.setHeader('Cache-Control', this.cacheControl);
    response.setHeader('ETag', etag);
    if (url === '/jwks' && headers['if-none-match'] === etag) response.writeHead(304).end();
    else if (url === '/jwks') response.end(JSON.stringify(jwks));
    else if (url === '/.well-known/openid-configuration') response.end(JSON.stringify(discovery));
    else response.writeHead(404).end();
  };
}
