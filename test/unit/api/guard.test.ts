import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import Koa from 'koa';
import { z } from 'zod';
import { withScope } from '../../../src/api/bearer.ts';
import { documentOf } from '../../../src/api/openapi.ts';
import { type Route, route } from '../../../src/api/route.ts';
import { routerOf } from '../../../src/api/router.ts';
import { correlation, errors, type State } from '../../../src/http/index.ts';
import type { KeyRing } from '../../../src/keys/index.ts';
import { possessionOf } from '../../../src/oidc/index.ts';
import { type RevocableClaims, RevocationList } from '../../../src/revocations/index.ts';
import { createLogger } from '../../../src/telemetry/index.ts';
import { at } from '../../support/api.ts';
import { newKey, ringOf } from '../../support/keys.ts';
import { TestClock } from '../../support/test-clock.ts';

const issuer = 'https://id.example.com';

/** A resource as a later one will be declared: with a scope, a path, a query and a body. */
function toy(parts: Parameters<typeof withScope>[0]): Route[] {
  return [
    route({
      method: 'patch',
      path: '/v1/things/{id}',
      group: 'Things',
      summary: 'Change a thing',
      access: withScope(parts, 'things:write'),
      params: z.object({ id: z.uuid() }),
      query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
      body: z.strictObject({ name: z.string().max(5), tags: z.array(z.string()).exactOptional() }),
      answer: { status: 200, description: 'Changed', schema: z.object({ said: z.string() }) },
      handle: async ({ caller, params, query, body }) => ({
        said: [caller.subject, params.id, query.limit, body.name].join(' '),
      }),
    }),
  ];
}

describe('the guard of /v1, and a route', () => {
  const clock = new TestClock();
  let first: Awaited<ReturnType<typeof newKey>>;
  let rsa: Awaited<ReturnType<typeof newKey>>;
  let stranger: Awaited<ReturnType<typeof newKey>>;
  let ring: KeyRing;
  let list: RevocationList;
  const shown: string[] = [];
  let routes: Route[];
  let server: Server;
  let base: string;

  before(async () => {
    [first, rsa, stranger] = await Promise.all([newKey('first'), newKey('rsa', 'RS256'), newKey('first')]);
    ring = ringOf(first.signing, rsa.signing);
    const clients = {
      find: async (id: string) => (id === 'gone' ? undefined : { client_id: id }),
      forget: () => undefined,
    };
    list = new RevocationList();
    list.add([{ kind: 'jti', value: 'ended', expiresAt: Number.POSITIVE_INFINITY }]);
    const revocations = { isRevoked: async (claims: RevocableClaims) => list.isRevoked(claims) };
    const hearing = { shown: (token: string) => void shown.push(token), revocations };
    const config = { masterKeys: [Buffer.alloc(32, 1)], trustProxy: [], mtls: undefined };
    const possession = possessionOf(config, () => assert.fail('no token here is bound'), clock);
    routes = toy({ issuer, clock, clients, keyRing: () => ring, ...hearing, possession });
    const app = new Koa<State>();
    app.use(correlation({ networkAddresses: false }));
    app.use(errors(await createLogger('error', { write: () => undefined }), async () => undefined));
    app.use(routerOf(routes).routes());
    server = createServer(app.callback()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const THING = '018f4f3e-0000-7000-8000-000000000000';
  const now = () => Math.floor(clock.now().getTime() / 1000);
  const claims = () => ({
    iss: issuer,
    aud: `${issuer}/v1`,
    sub: 'machine',
    client_id: 'machine',
    scope: 'a things:write',
    iat: now(),
    exp: now() + 900,
    jti: '1',
  });
  interface Answered {
    readonly code?: string;
    readonly said?: string;
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
  }
  const token = (changes: object = {}, header: object = {}, key = first) =>
    new SignJWT({ ...claims(), ...changes })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
      .sign(key.privateKey);
  const call = async (
    bearer: string,
    { path = `/v1/things/${THING}`, body = { name: 'new' } as unknown, method = 'PATCH' } = {},
  ) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const answer = await fetch(base + path, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answered };
  };

  it('lets in who has the scope, and hands over what was sent as the schemas read it', async () => {
    const { status, body } = await call(await token(), { path: `/v1/things/${THING}?limit=5` });
    assert.deepEqual([status, body], [200, { said: `machine ${THING} 5 new` }]);
  });

  it('[13] refuses whatever is not an access token of ours for this API, with 401 invalid_token', async () => {
    const es = await token();
    const hmacHead = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })).toString('base64url');
    const hmacBody = `${hmacHead}.${es.split('.')[1]}`;
    const confused = createHmac('sha256', JSON.stringify(first.publicJwk)).update(hmacBody).digest('base64url');
    for (const [what, bad] of Object.entries({
      'another issuer': await token({ iss: 'https://evil.example' }),
      'another audience': await token({ aud: 'https://api.example.com' }),
      'no audience': await token({ aud: undefined }),
      'the type of an ID token': await token({}, { typ: 'JWT' }),
      'no type': await token({}, { typ: undefined }),
      'no expiry': await token({ exp: undefined }),
      'an expiry that has passed': await token({ exp: now() - 6 }),
      'a beginning that is to come': await token({ nbf: now() + 60 }),
      'no client': await token({ client_id: undefined }),
      'a client that is gone': await token({ client_id: 'gone' }),
      'no subject': await token({ sub: undefined }),
      'a subject that is no text': await token({ sub: 5 }),
      'a binding that we cannot check': await token({ cnf: { jwk: stranger.publicJwk } }),
      'another’s key under our kid': await token({}, {}, stranger),
      'a kid we do not have': await token({}, { kid: 'unknown' }),
      'a key of ours that signs other things': await token({}, { alg: 'RS256' }, rsa),
      'no signature': new UnsecuredJWT(claims()).encode(),
      'a signature by our public key as a secret': `${hmacBody}.${confused}`,
      'one changed letter': es.replace(/\.(.)/, (_, letter) => `.${letter === 'e' ? 'f' : 'e'}`),
    })) {
      const { status, headers, body } = await call(bad);
      assert.deepEqual([status, body.code], [401, 'invalid_token'], what);
      const challenge = headers.get('www-authenticate') ?? '';
      assert.match(challenge, /^Bearer realm="https:\/\/id\.example\.com", error="invalid_token", error_description="/);
    }
  });

  it('[12] looks at no key, and at no address of keys, in a header', async () => {
    const address = 'https://evil.example/jwks';
    for (const header of [
      { jwk: stranger.publicJwk },
      { jwk: stranger.publicJwk, kid: undefined },
      { jku: address },
      { x5u: address },
      { x5c: ['MIIB'] },
      { jwk: stranger.publicJwk, jku: address, x5u: address, kid: 'unknown' },
    ]) {
      const { status, body } = await call(await token({}, header, stranger));
      assert.deepEqual([status, body.code], [401, 'invalid_token'], JSON.stringify(header));
    }
  });

  it('hears of every token that was shown, whatever came of it', async () => {
    shown.length = 0;
    const [good, bad] = [await token(), await token({}, {}, stranger)];
    for (const each of [good, bad, 'nonsense']) await call(each);
    assert.deepEqual(shown, [good, bad, 'nonsense']);
  });

  it('names the scope that is missing: 403 insufficient_scope', async () => {
    for (const scope of ['', 'things', 'things:write2 x', undefined]) {
      const { status, headers, body } = await call(await token({ scope }));
      assert.deepEqual([status, body.code], [403, 'insufficient_scope']);
      assert.match(headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="things:write"$/);
    }
  });

  it('verifies with the keys of the moment', async () => {
    const second = await newKey('second');
    const [old, young] = [await token(), await token({}, {}, second)];
    assert.deepEqual([(await call(old)).status, (await call(young)).status], [200, 401]);
    const before = ring;
    ring = ringOf(second.signing);
    assert.deepEqual([(await call(old)).status, (await call(young)).status], [401, 200]);
    ring = { ...ringOf(second.signing), published: [first.signing, second.signing] };
    assert.equal((await call(old)).status, 200, 'one that cannot be opened verifies as before');
    ring = before;
  });

  it('remembers that a signature was good, and nothing else of a token', async () => {
    const shortly = await token({ exp: now() + 30, jti: 'remembered' });
    const statusOf = async (shown: string) => (await call(shown)).status;
    assert.deepEqual([await statusOf(shortly), await statusOf(shortly)], [200, 200]);
    const [head, body] = shortly.split('.');
    assert.equal(await statusOf(`${head}.${body}.${'A'.repeat(86)}`), 401, 'another signature');
    const before = ring;
    ring = { ...before, published: [] };
    assert.equal(await statusOf(shortly), 401, 'the key is gone');
    ring = before;
    list.add([{ kind: 'jti', value: 'remembered', expiresAt: clock.now().getTime() + 1000 }]);
    assert.equal(await statusOf(shortly), 401, 'it was taken back');
    list.sweep(clock.now().getTime() + 1001);
    assert.equal(await statusOf(shortly), 200);
    clock.advance(36);
    assert.equal(await statusOf(shortly), 401, 'it has expired');
  });

  it('tells each thing that is wrong at its place', async () => {
    const good = await token();
    const wrong = await call(good, { body: { name: 'longer', tags: ['a', 5], extra: 1 } });
    assert.equal(wrong.status, 422);
    assert.deepEqual(wrong.body.errors, [
      { path: 'name', message: 'must be at most 5 characters long' },
      { path: 'tags.1', message: 'must be a string' },
      { path: 'extra', message: 'is not a known member' },
    ]);
    const query = await call(good, { path: `/v1/things/${THING}?limit=101` });
    assert.deepEqual([query.status, query.body.code, query.body.errors?.[0]?.path], [400, 'invalid_query', 'limit']);
    assert.equal((await call(good, { path: '/v1/things/5' })).status, 404);
  });

  it('says which methods there are, and nothing more to who may not call', async () => {
    const { status, headers, body } = await call(await token(), { method: 'GET' });
    assert.deepEqual([status, body.code, headers.get('allow')], [405, 'method_not_allowed', 'PATCH']);
    const unread = await call('', { body: '{', path: '/v1/things/5?limit=x' });
    assert.equal(unread.status, 401);
  });

  it('is in the document with all of that', () => {
    const operation = at(documentOf(issuer, routes), ['paths', '/v1/things/{id}', 'patch']);
    const answers = at(operation, ['responses']) ?? {};
    assert.deepEqual(Object.keys(answers), ['200', '400', '401', '403', '404', '413', '415', '422', '500', '503']);
    const parameters = operation?.['parameters'] as { in: string; name: string }[];
    assert.deepEqual(
      parameters.map((one) => `${one.in} ${one.name}`),
      ['path id', 'query limit'],
    );
    const codes = at(answers, ['403', 'content', 'application/problem+json', 'schema', 'properties', 'code', 'enum']);
    assert.deepEqual(codes, ['origin_not_allowed', 'insufficient_scope']);
  });
});
