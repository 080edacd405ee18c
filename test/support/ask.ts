import { type IncomingMessage, type RequestOptions, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
}

/** Milliseconds after which there will be no answer. */
const PATIENCE = 8000;

/**
 * One request to a loopback port on a connection of its own, as a new caller has one: what is kept alive stays with the
 * process that answered first. Rejects when the connection is refused or breaks.
 */
export async function ask(port: number, path: string, options: RequestOptions = {}, body = ''): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(PATIENCE), ...options }, resolve)
    .on('error', reject)
    .end(body);
  const response = await promise;
  const text = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode ?? 0, text, location: response.headers.location };
}

/** Asks for a token by client_credentials. */
export function askForToken(port: number, client: { id: string; secret: string; scope: string; resource: string }) {
  const headers = {
    authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const { scope, resource } = client;
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope, resource }).toString();
  return ask(port, '/oauth2/token', { method: 'POST', headers }, body);
}
