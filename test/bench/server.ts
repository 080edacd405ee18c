import { createServer } from 'node:http';
import { generateKeyPair, SignJWT } from 'jose';
import { hashBehind } from '../../src/cli/hash-behind.ts';
import { matchesSecret } from '../../src/clients/index.ts';
import { POLICY } from '../../src/limits/index.ts';
import { declaration } from '../support/declaration.ts';
import { startServer } from '../support/server.ts';
import { populate } from './people.ts';
import { production } from './production.ts';
import { ISSUER } from './token-kit.ts';

/**
 * A server in a process of its own, so that load and server do not share an event loop. `gatehouse` is the real thing
 * on PostgreSQL; `floor` is a bare node:http that does the least a token endpoint must: check the secret, sign ES256.
 */
const [, , kind = 'gatehouse', databaseUrl] = process.argv;
process.send?.(kind === 'floor' ? await floor() : await gatehouse());

async function gatehouse(): Promise<string> {
  // All of the load comes from one machine, which the limits would soon turn away.
  const limits = { ...POLICY, sign_in: { network: { points: 1_000_000, seconds: 60 } } };
  const { env, log, base } = await production(ISSUER);
  const database = databaseUrl === undefined ? {} : { databaseUrl };
  const server = await startServer({ yaml: declaration, limits, env, hashingInFull: true, log, ...database });
  await populate(server.db);
  await hashBehind();
  return base;
}

async function floor(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  const hash = process.env['BENCH_SECRET_HASH'] ?? '';
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const parameters = new URLSearchParams(body);
    const [id = '', secret = ''] = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':');
    if (!matchesSecret(hash, secret)) return void response.writeHead(401).end();
    const claims = { client_id: id, scope: parameters.get('scope'), jti: crypto.randomUUID() };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'x'.repeat(43) })
      .setIssuer('http://localhost')
      .setAudience(parameters.get('resource') ?? '')
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(privateKey);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: token, expires_in: 900, token_type: 'Bearer' }));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
