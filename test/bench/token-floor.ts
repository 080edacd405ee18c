import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import type { Knex } from 'knex';
import pg from 'pg';
import { postgresArtifacts } from '../../adapters/postgres/index.ts';
import type { Artifact, Model, Write } from '../../src/artifacts/index.ts';
import { hashSecret, matchesSecret } from '../../src/clients/secret.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import { CALLBACK, SECRET } from '../support/declaration.ts';
import { floorKeys } from './floor-keys.ts';
import { API, ISSUER, KID, RSA_API, SESSION, signerJwk } from './token-kit.ts';

/**
 * The floor: bare node:http that does the least. It checks the client's secret or assertion, runs the very statements
 * that Gatehouse runs, by pg, and makes the same signatures, by jose, as the engine does. No form of OAuth but what the load
 * sends.
 */
const [, , databaseUrl = ''] = process.argv;
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
/** Knex, as far as a statement is concerned: whose connection it is run on. */
const client = {
  driver: pg,
  acquireConnection: () => pool.connect(),
  releaseConnection: (connection: pg.PoolClient) => connection.release(),
};
const store = postgresArtifacts({ client } as unknown as Knex, { now: () => new Date() });
const USER = { name: 'user', text: 'select * from "users" where "id" = $1 limit 1' };
const keys = await floorKeys();
const hash = hashSecret(SECRET);
const signer = await importJWK(signerJwk(), 'ES256');
const random = () => randomBytes(32).toString('base64url');
const userId = crypto.randomUUID();
await pool.query('insert into users (id, email, email_key, created_at, updated_at) values ($1, $2, $2, now(), now())', [
  userId,
  'person@bench.example',
]);

const artifact = (model: Model, value: string, more: Partial<Artifact> = {}): Artifact => ({
  model,
  id: sha256(value),
  payload: { kind: model, accountId: userId, clientId: 'own', filler: 'x'.repeat(400) },
  accountId: userId,
  clientId: 'own',
  grantId: undefined,
  uid: undefined,
  userCode: undefined,
  expiresAt: new Date(Date.now() + 3_600_000),
  ...more,
});
const put = (model: Model, value: string, more: Partial<Artifact> = {}): Write => ({
  kind: 'put',
  artifact: artifact(model, value, more),
});
const sign = (alg: 'ES256' | 'RS256', sub: string, audience: string) =>
  new SignJWT({ client_id: 'own', scope: 'orders:read', jti: random(), sid: random() })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid: KID })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(keys[alg].privateKey);

/** Tokens, in the statement that uses up what they are for. */
async function tokensFor(model: 'AuthorizationCode' | 'RefreshToken', value: string) {
  const id = sha256(value);
  const { stored } = (await store.findBundle?.(model, id)) ?? {};
  if (!stored?.grantId) throw new Error('no such code or token');
  await pool.query({ ...USER, values: [userId] });
  const isOpaque = stored.payload['filler'] === 'opaque';
  const [refresh_token, opaque] = [random(), random()];
  const access_token = isOpaque ? opaque : await sign('ES256', userId, API);
  const id_token = await sign('RS256', userId, 'own');
  const more = { grantId: stored.grantId };
  const body = { access_token, id_token, refresh_token, expires_in: 900, token_type: 'Bearer', scope: 'openid email' };
  const writes: Write[] = [{ kind: 'consume', model, id }, put('RefreshToken', refresh_token, more)];
  if (isOpaque) writes.push(put('AccessToken', opaque, more));
  const answer = { sealed: Buffer.from(JSON.stringify(body)).toString('base64url') };
  if (model === 'RefreshToken') writes.push(put('RefreshAnswer', `answer ${value}`, { payload: answer }));
  if (!(await store.apply(writes))) throw new Error('used');
  return body;
}

async function proven(request: IncomingMessage, form: URLSearchParams): Promise<void> {
  const assertion = form.get('client_assertion');
  if (assertion) {
    const { payload } = await jwtVerify(assertion, signer, { audience: ISSUER });
    if (!(await store.apply([{ kind: 'claim', artifact: artifact('ReplayDetection', String(payload.jti)) }])))
      throw new Error('replayed');
    return;
  }
  const [, secret = ''] = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64')
    .toString()
    .split(':');
  if (!matchesSecret(hash, secret)) throw new Error('wrong secret');
}

async function token(request: IncomingMessage, form: URLSearchParams): Promise<object> {
  await proven(request, form);
  if (form.has('code')) return tokensFor('AuthorizationCode', form.get('code') ?? '');
  if (form.has('refresh_token')) return tokensFor('RefreshToken', form.get('refresh_token') ?? '');
  const alg = form.get('resource') === RSA_API ? 'RS256' : 'ES256';
  return {
    access_token: await sign(alg, 'service', form.get('resource') ?? API),
    expires_in: 900,
    token_type: 'Bearer',
  };
}

async function introspection(request: IncomingMessage, form: URLSearchParams): Promise<object> {
  await proven(request, form);
  const { payload } = await jwtVerify(form.get('token') ?? '', keys.ES256.publicKey, { issuer: ISSUER });
  return { active: true, ...payload };
}

async function userinfo(request: IncomingMessage): Promise<object> {
  await store.findBundle?.('AccessToken', sha256((request.headers.authorization ?? '').slice(7)));
  const { rows } = await pool.query({ ...USER, values: [userId] });
  return { sub: rows[0].id, email: rows[0].email, email_verified: rows[0].email_verified };
}

/** A browser without a session gets one, and a grant. */
async function authorize(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
  const session = new RegExp(`${SESSION}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
  if (!session) {
    const made = random();
    await store.apply([put('Session', made), put('Grant', `grant of ${made}`)]);
    return void response.writeHead(303, { location: url.href, 'set-cookie': `${SESSION}=${made}; Path=/` }).end();
  }
  const grantId = sha256(`grant of ${session}`);
  await store.find('Session', 'id', sha256(session));
  await pool.query({ ...USER, values: [userId] });
  await store.find('Grant', 'id', grantId);
  const code = random();
  const payload = { kind: 'AuthorizationCode', filler: url.searchParams.has('resource') ? 'x'.repeat(400) : 'opaque' };
  await store.apply([put('AuthorizationCode', code, { grantId, payload })]);
  response
    .writeHead(303, { location: `${CALLBACK}?code=${code}&state=a-state&iss=${encodeURIComponent(ISSUER)}` })
    .end();
}

const server = createServer(async (request, response) => {
  try {
    const url = new URL(request.url ?? '/', ISSUER);
    if (url.pathname === '/oauth2/authorize') return await authorize(request, url, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const answers = { token, introspect: introspection, userinfo };
    const answer = await answers[url.pathname.split('/').at(-1) as keyof typeof answers](request, form);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
});
