import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  request,
  type Server,
} from 'node:http';
import { createServer as createSecure, type ServerOptions, request as secureRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** A server on loopback, and what asks it. */
export interface Loopback {
  readonly origin: string;
  readonly port: number;
  ask(path: string, options?: RequestOptions & Parameters<typeof secureRequest>[1], body?: string): Promise<Reply>;
  close(): Promise<void>;
}

/** Serves plain HTTP, or TLS where there are options for it. */
export async function serve(listener: RequestListener, tls?: ServerOptions, at = 0): Promise<Loopback> {
  const server: Server = tls ? createSecure(tls, listener) : createPlain(listener);
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `${tls ? 'https' : 'http'}://localhost:${port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin, port, close, ask: (path, options, body) => ask(origin + path, options, body) };
}

/** One request; certificates vouch for themselves here. */
export async function ask(
  url: string,
  options: RequestOptions & Parameters<typeof secureRequest>[1] = {},
  body = '',
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const all = { agent: false, signal: AbortSignal.timeout(8000), ...options, family: 4 };
  const sent = url.startsWith('https:')
    ? secureRequest(url, { ...all, rejectUnauthorized: false }, resolve)
    : request(url, all, resolve);
  sent.on('error', reject).end(body);
  const response = await promise;
  const text = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
