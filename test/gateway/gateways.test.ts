import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { athOf, makeDpopClient } from '../support/dpop-client.ts';
import { type FrontedServer, startFronted } from '../support/front.ts';
import { type Gateway, startApache, startNginx, startNode } from '../support/gateways.ts';
import { type Loopback, type Reply, serve } from '../support/guarded.ts';
import { API, makeKey } from '../support/issuer.ts';
import { installTimeout } from '../support/system.ts';
import { until } from '../support/until.ts';

const NAMES = ['Node', 'nginx', 'Apache'];

const escaped = (text: string) => text.replaceAll('.', '\\.');

describe('gateways before an API, as deploy/gateway has them', () => {
  let gatehouse: FrontedServer;
  let api: Loopback;
  let authorize: Gateway;
  /** A live token of a key that was replaced. */
  let replaced: string;
  const running: Gateway[] = [];
  const gateways: Record<string, Gateway> = {};

  before(async function () {
    this.timeout(installTimeout);
    gatehouse = await startFronted();
    const { tls, server } = gatehouse;
    api = await serve(
      ({ method, url, headers }, response) => void response.end(JSON.stringify({ method, url, headers })),
    );
    const settings = { ISSUER: server.issuer, AUDIENCE: API, ORIGIN: API };
    const upstream = `127.0.0.1:${api.port}`;
    const start = async (starting: Promise<Gateway>) => {
      const gateway = await starting;
      running.push(gateway);
      return gateway;
    };
    authorize = await start(startNode('authorize.ts', tls, settings));
    const nginx = { '127.0.0.1:9000': `127.0.0.1:${authorize.port}`, '127.0.0.1:8080': upstream };
    const apache = {
      '127.0.0.1:8080': upstream,
      'https://id.example.com': server.issuer,
      'https://id\\.example\\.com': escaped(server.issuer),
    };
    gateways['Node'] = await start(startNode('gateway.ts', tls, { ...settings, UPSTREAM: `http://${upstream}` }));
    gateways['nginx'] = await start(startNginx(tls, nginx));
    gateways['Apache'] = await start(startApache(tls, apache));
  });
  after(async () => {
    for (const gateway of running.reverse()) await gateway.close();
    await api?.close();
    await gatehouse?.close();
  });

  const pass = async (name: string, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (gateways[name] as Gateway).ask('/', { headers })).status;
  };

  it('follow a rotation without being told, also to a key that nobody had seen before', async () => {
    const before = await gatehouse.token();
    replaced = before;
    for (const name of NAMES) assert.equal(await pass(name, before), 200, name);
    await gatehouse.rotate();
    const after = await gatehouse.token();
    assert.notEqual(before.split('.')[0], after.split('.')[0]);
    for (const name of NAMES) {
      assert.deepEqual([await pass(name, after), await pass(name, before)], [200, 200], name);
    }
  });

  it('answer 503 where nobody can tell: the process that nginx asks has no keys, or is away', async () => {
    const { tls } = gatehouse;
    const lost = await startNode('authorize.ts', tls, { ISSUER: 'http://127.0.0.1:1', AUDIENCE: API });
    const here = { '127.0.0.1:9000': `127.0.0.1:${lost.port}`, '127.0.0.1:8080': `127.0.0.1:${api.port}` };
    const nginx = await startNginx(tls, here);
    running.push(nginx);
    const headers = { authorization: `Bearer ${await gatehouse.token()}` };
    for (const what of ['no keys', 'away']) {
      if (what === 'away') await lost.close();
      const answer = await nginx.ask('/', { headers });
      assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5'], what);
    }
  });

  it('drop a key at once where they are told to: SIGHUP to the process that nginx asks', async () => {
    await gatehouse.unpublish(replaced);
    assert.equal(await pass('nginx', replaced), 200, 'nobody told it yet');
    authorize.signal('SIGHUP');
    await until('its token is refused', async () => (await pass('nginx', replaced)) === 401);
    assert.equal(await pass('nginx', await gatehouse.token()), 200);
  });

  for (const name of NAMES) {
    describe(name, () => {
      const send = (token?: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> => {
        const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
        return (gateways[name] as Gateway).ask('/orders?x=1', { method, headers: { ...authorization, ...headers } });
      };

      it('hands on a request with a good token, and who it is from', async () => {
        const forged = { 'x-subject': 'eve', 'x-client-id': 'eve', 'x-scope': 'all' };
        const answer = await send(await gatehouse.token(), { ...forged, 'x-correlation-id': 'order-4711' });
        assert.equal(answer.status, 200, answer.text);
        const { url, headers } = JSON.parse(answer.text);
        assert.equal(url, '/orders?x=1');
        assert.deepEqual(
          [headers['x-subject'], headers['x-client-id'], headers['x-scope'], headers['x-correlation-id']],
          ['service', 'service', 'orders:read', 'order-4711'],
        );
      });

      it('passes on no correlation id that could do harm', async () => {
        const token = await gatehouse.token();
        for (const given of ['a b', 'a"b', 'x'.repeat(129)]) {
          const { headers } = JSON.parse((await send(token, { 'x-correlation-id': given })).text);
          assert.notEqual(headers['x-correlation-id'], given);
        }
      });

      if (name !== 'Apache') {
        it('takes a bound token with its proof, once [23]', async () => {
          const client = await makeDpopClient();
          const token = await gatehouse.forge({ cnf: { jkt: client.thumbprint } });
          const iat = Math.floor(Date.now() / 1000);
          const claims = { htm: 'GET', htu: `${API}/orders`, iat, ath: athOf(token) };
          const headers = { authorization: `DPoP ${token}`, dpop: await client.proof({ claims }) };
          assert.equal((await send(undefined, headers)).status, 200);
          assert.equal((await send(undefined, headers)).status, 401);
          const other = { ...headers, dpop: await client.proof({ claims }) };
          assert.equal((await send(undefined, other, 'POST')).status, 401);
        });
      }

      it('answers 401 without a token, and to a bad one [12] [13]', async () => {
        const good = await gatehouse.token();
        const [head = '', body = '', signature = ''] = good.split('.');
        const own = await makeKey();
        const now = Math.floor(Date.now() / 1000);
        const kid = JSON.parse(Buffer.from(head, 'base64url').toString()).kid;
        const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
        const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString('base64url');
        const bad = {
          nothing: undefined,
          'not a token': 'x',
          cut: good.slice(0, -20),
          tampered: `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')}.${signature}`,
          'alg none': `${none}.${body}.`,
          'a secret': await new SignJWT(claims)
            .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
            .sign(createSecretKey(Buffer.from(JSON.stringify(own.publicJwk)))),
          expired: await gatehouse.forge({ exp: now - 60 }),
          'another audience': await gatehouse.token(`${gatehouse.server.issuer}/v1`, 'candidates:read'),
          'an ID token': await gatehouse.forge(
            { aud: 'web', client_id: undefined, scope: undefined, nonce: 'n' },
            { typ: 'JWT' },
          ),
          'another issuer': await gatehouse.forge({ iss: 'https://evil.example' }),
          'another key': await new SignJWT(claims)
            .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
            .sign(own.privateKey),
          'a key of its own': await new SignJWT(claims)
            .setProtectedHeader({
              alg: 'ES256',
              typ: 'at+jwt',
              kid: own.kid,
              jwk: own.publicJwk,
              jku: `${api.origin}/jwks`,
            })
            .sign(own.privateKey),
          'bound to a key': await gatehouse.forge({ cnf: { jkt: 'x' } }),
          'bound to a certificate': await gatehouse.forge({ cnf: { 'x5t#S256': 'x' } }),
        };
        for (const [what, token] of Object.entries(bad)) {
          const answer = await send(token);
          assert.equal(answer.status, 401, `${what}: ${answer.text}`);
          assert.match(String(answer.headers['www-authenticate']), /^Bearer/, what);
          assert.doesNotMatch(answer.text, /orders/, what);
        }
      });

      it('lets nobody past by another method, or another way to show a token', async () => {
        for (const method of ['OPTIONS', 'POST', 'DELETE', 'TRACE']) {
          assert.ok((await send(undefined, {}, method)).status >= 400, method);
        }
        const token = await gatehouse.token();
        const inCookie = await send(undefined, { cookie: `access_token=${token}; Authorization=${token}` });
        assert.equal(inCookie.status, 401);
        const inQuery = await (gateways[name] as Gateway).ask(`/orders?access_token=${token}`);
        assert.equal(inQuery.status, 401);
      });

      it('lets no token past that lacks the scope', async () => {
        const { status, headers } = await send(await gatehouse.forge({ scope: 'orders:write orders:reader' }));
        const [expected, error] = name === 'Apache' ? [401, 'invalid_token'] : [403, 'insufficient_scope'];
        assert.equal(status, expected);
        assert.match(String(headers['www-authenticate']), new RegExp(`^Bearer .*error="${error}"`));
      });
    });
  }
});
