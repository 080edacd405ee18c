import assert from 'node:assert/strict';
import { startServer, type TestServer } from '../../support/server.ts';

const PATHS = [
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

describe('what is published', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  for (const path of PATHS) {
    describe(path, () => {
      const get = (init: RequestInit = {}) => fetch(server.issuer + path, init);

      it('may be kept by everybody for five minutes, and read from any origin', async () => {
        const answer = await get({ headers: { origin: 'https://anywhere.example' } });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('cache-control'), 'public, max-age=300, stale-while-revalidate=60');
        assert.equal(answer.headers.get('access-control-allow-origin'), '*');
        assert.equal(answer.headers.get('set-cookie'), null);
        assert.doesNotMatch(answer.headers.get('vary') ?? '', /\*/);
      });

      it('has a strong ETag, and is not sent again to whoever names it', async () => {
        const first = await get();
        const etag = first.headers.get('etag') ?? '';
        assert.match(etag, /^"[A-Za-z0-9_-]{43}"$/);
        const body = await first.text();
        assert.equal(await (await get()).text(), body);
        const second = await get({ headers: { 'if-none-match': `"other", ${etag}` } });
        assert.deepEqual([second.status, await second.text(), second.headers.get('etag')], [304, '', etag]);
        assert.equal((await get({ headers: { 'if-none-match': '"other"' } })).status, 200);
      });

      it('answers HEAD, and the preflight of a browser', async () => {
        const head = await get({ method: 'HEAD' });
        assert.deepEqual([head.status, await head.text()], [200, '']);
        assert.ok(Number(head.headers.get('content-length')) > 100);
        const preflight = await get({
          method: 'OPTIONS',
          headers: { origin: 'https://anywhere.example', 'access-control-request-method': 'GET' },
        });
        assert.equal(preflight.status, 204);
      });
    });
  }

  it('says what it is', async () => {
    const types = await Promise.all(
      PATHS.map(async (path) => (await fetch(server.issuer + path)).headers.get('content-type')),
    );
    const json = 'application/json; charset=utf-8';
    assert.deepEqual(types, ['application/jwk-set+json; charset=utf-8', json, json]);
  });
});
