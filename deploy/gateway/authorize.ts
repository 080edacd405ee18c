/**
 * Says of a request whether it may pass: for nginx (auth_request), Traefik (forwardAuth), and whatever else asks over
 * HTTP before it lets a request through.
 *
 *     ISSUER=https://id.example.com AUDIENCE=https://api.example.com node deploy/gateway/authorize.ts
 *
 * `/authorize?scope=orders:read` answers 204 with X-Subject, X-Client-Id and X-Scope; or 401, 403 or 503. The gateway
 * sends Authorization and DPoP on as it got them, and what was asked for as X-Forwarded-Method and X-Forwarded-Uri. So
 * nobody but the gateway may reach it. ORIGIN, such as https://api.example.com, is what DPoP proofs are for.
 *
 * With CLIENT_ID and CLIENT_SECRET, of a client that may have `revocations:read`, it follows what has ended before its time:
 * such tokens are refused within a second, and while Gatehouse is away for longer than a minute the answer is 503. Without
 * them a token is good until it expires.
 *
 * SIGHUP fetches the keys at once: one that was revoked is gone then.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { admit, createVerifier, followRevocations, type Unavailable } from '../../src/verifier/index.ts';

const { ISSUER = '', AUDIENCE = '', ORIGIN, HOST = '127.0.0.1', PORT = '9000' } = process.env;
const { CLIENT_ID: clientId = '', CLIENT_SECRET: clientSecret = '' } = process.env;

const log = (entry: object) => process.stdout.write(`${JSON.stringify({ time: new Date(), ...entry })}\n`);

const warn = ({ code, message }: Unavailable) => log({ level: 'warn', code, message });
const followed = (clientId || clientSecret) && { clientId, clientSecret, issuer: ISSUER, onFailure: warn };

const verifier = createVerifier({
  issuer: ISSUER,
  audience: AUDIENCE.split(',').filter(Boolean),
  onRefreshFailure: warn,
  ...(followed && { revocations: followRevocations(followed) }),
});

const textOf = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined);

async function authorize(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers } = request;
  const url = new URL(request.url ?? '', 'http://authorize');
  if (url.pathname !== '/authorize') return void response.writeHead(404).end();
  const given = textOf(headers['x-correlation-id']) ?? '';
  const correlationId = /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID();
  response.setHeader('X-Correlation-ID', correlationId);
  const admission = await admit(verifier, {
    authorization: headers.authorization,
    dpop: textOf(headers['dpop']),
    method: textOf(headers['x-forwarded-method']) ?? '',
    url: ORIGIN ? ORIGIN + (textOf(headers['x-forwarded-uri']) ?? '') : undefined,
    scopes: (url.searchParams.get('scope') ?? '').split(' ').filter(Boolean),
    correlationId,
  });
  if (!admission.claims) {
    const { status, error } = admission;
    if (error) log({ level: 'info', status, code: error.code, correlation_id: correlationId });
    return void response.writeHead(status, admission.headers).end();
  }
  const { sub, client_id, scope = '' } = admission.claims;
  const told = { 'X-Subject': sub, 'X-Client-Id': client_id, 'X-Scope': scope };
  response.writeHead(204, told).end();
}

const server = createServer((request, response) => void authorize(request, response));
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), HOST, () =>
  log({ level: 'info', message: `checks tokens of ${ISSUER} at http://${HOST}:${PORT}/authorize` }),
);

const refresh = () => void verifier.refresh().catch(() => undefined);
refresh();
process.on('SIGHUP', refresh);
process.on('SIGTERM', () => {
  verifier.close();
  server.close();
});
