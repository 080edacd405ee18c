/**
 * A gateway in Node: lets a request through to the API when it comes with a good token, and says whose it is.
 *
 *     ISSUER=https://id.example.com AUDIENCE=https://api.example.com node deploy/gateway/gateway.ts
 *
 * It knows a key a day before that signs, looks at once for one that it does not know (again after 30 s), and drops one
 * that was removed within 6 minutes.
 */
import { request as ask, createServer } from 'node:http';
import { type AdmittedRequest, createVerifier, httpMiddleware } from '../../src/verifier/index.ts';

const { ISSUER = '', AUDIENCE = '', ORIGIN, UPSTREAM = 'http://127.0.0.1:8080', PORT = '8000' } = process.env;

const log = (...words: string[]) => void process.stdout.write(`${words.join(' ')}\n`);

const verifier = createVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  onRefreshFailure: ({ code, message }) => log(code, message),
});

const guard = httpMiddleware(verifier, {
  scopes: ['orders:read'],
  ...(ORIGIN && { origin: ORIGIN }),
  onRefusal: ({ code }, correlationId) => log(code, correlationId),
});

createServer((request, response) => {
  void guard(request, response, () => {
    const { claims, method, url, headers } = request as AdmittedRequest;
    const { sub, client_id, scope = '' } = claims;
    const told = { ...headers, 'x-subject': sub, 'x-client-id': client_id, 'x-scope': scope };
    const passed = ask(UPSTREAM, { method, path: url, headers: told }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    request.pipe(passed);
  });
}).listen(Number(PORT), '127.0.0.1', () => log(`checks tokens of ${ISSUER} at http://127.0.0.1:${PORT}`));
