import { request as ask, type RequestListener } from 'node:http';
import { decodeProtectedHeader } from 'jose';
import { systemClock } from '../../src/kernel/clock.ts';
import { rotateKeys } from '../../src/keys/index.ts';
import { askForToken } from './ask.ts';
import { SECRET } from './declaration.ts';
import { forge } from './forge.ts';
import { type Loopback, serve } from './guarded.ts';
import { API } from './issuer.ts';
import { freePort } from './ports.ts';
import { type Certificate, selfSigned } from './self-signed.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

/** A whole Gatehouse behind TLS, as a gateway knows it. */
export interface FrontedServer {
  readonly server: TestServer;
  readonly tls: Certificate;
  /** An access token for the API, as `service` gets one; or for what is said. */
  token(resource?: string, scope?: string): Promise<string>;
  /** What Gatehouse would not issue, signed with its own key. */
  forge(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The next key signs at once, published or not. */
  rotate(): Promise<void>;
  /** The key of this token is published no longer. */
  unpublish(token: string): Promise<void>;
  close(): Promise<void>;
}

export async function startFronted(options: TestServerOptions = {}): Promise<FrontedServer> {
  const [tls, tlsPort] = [await selfSigned(), await freePort()];
  const server = await startServer({ ...options, env: { ...options.env, ISSUER: `https://localhost:${tlsPort}` } });
  const port = server.config.port;
  const pass: RequestListener = (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const passed = ask({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  };
  const front: Loopback = await serve(pass, { cert: tls.certificate, key: tls.key }, tlsPort);
  return {
    server,
    tls,
    async token(resource = API, scope = 'orders:read') {
      const { text } = await askForToken(port, { id: 'service', secret: SECRET, scope, resource });
      return (JSON.parse(text) as { access_token: string }).access_token;
    },
    forge: (claims, header) => forge(server, claims, header),
    async rotate() {
      const { db, config, gatehouse } = server;
      const policy = config.signingKeys;
      await rotateKeys({ db, clock: systemClock, masterKeys: config.masterKeys, policy }, { now: true });
      await gatehouse.keys.reload();
    },
    async unpublish(token) {
      const { kid = '' } = decodeProtectedHeader(token);
      await server.db('signing_keys').where({ kid }).update({ state: 'retired' });
      await server.gatehouse.keys.reload();
    },
    async close() {
      await front.close();
      await server.close();
    },
  };
}
