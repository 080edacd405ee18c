import Router from '@koa/router';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { State } from '../http/index.ts';
import { Problem } from '../kernel/problem.ts';

/**
 * An API as anybody would protect one: it knows the issuer and the address of its keys, asks nobody anything, and
 * takes an access token at its word (RFC 9068 §4).
 */
export function demoApi(issuer: string): Router<State> {
  const audience = `${issuer}/demo/api`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const router = new Router<State>();
  router.get('/demo/api/me', async (ctx) => {
    const token = /^Bearer (\S+)$/i.exec(ctx.get('authorization'))?.[1];
    if (!token) throw unauthorized('', 'Send an access token as a bearer token.');
    const options = { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] };
    const { payload } = await jwtVerify(token, keys, options).catch(refuse);
    if (!String(payload['scope']).split(' ').includes('demo:read')) throw insufficientScope();
    ctx.body = { me: payload.sub, client_id: payload['client_id'], scope: payload['scope'], expires_at: payload.exp };
  });
  return router;
}

function refuse(error: unknown): never {
  if (!(error instanceof errors.JOSEError)) throw error;
  throw unauthorized(', error="invalid_token"', error.message);
}

function unauthorized(challenge: string, detail: string): Problem {
  const headers = { 'WWW-Authenticate': `Bearer realm="demo"${challenge}` };
  return new Problem({ status: 401, code: 'unauthorized', title: 'Not signed in', detail, headers });
}

function insufficientScope(): Problem {
  const headers = { 'WWW-Authenticate': 'Bearer realm="demo", error="insufficient_scope", scope="demo:read"' };
  const detail = 'This needs the scope demo:read.';
  return new Problem({ status: 403, code: 'insufficient_scope', title: 'Not allowed', detail, headers });
}
