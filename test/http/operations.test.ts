import assert from 'node:assert/strict';
import { request } from 'node:http';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

describe('operations', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(server.issuer + path, { headers });

  it('lives and is ready, and says what it depends on', async () => {
    assert.deepEqual(await (await get('/healthz')).json(), { status: 'ok' });
    const ready = await get('/readyz');
    assert.equal(ready.status, 200);
    assert.deepEqual(await ready.json(), {
      status: 'ready',
      checks: { database: 'ok', migrations: 'ok', keys: 'ok', process: 'ok' },
    });
  });

  it('is not ready while it drains, and still lives', async () => {
    const other = await startServer();
    other.gatehouse.drain();
    assert.equal((await fetch(`${other.issuer}/readyz`)).status, 503);
    assert.equal((await fetch(`${other.issuer}/healthz`)).status, 200);
    await other.close();
  });

  it('measures requests by route and status, the process and the pool', async () => {
    await get('/interaction/made-up-by-somebody');
    await get('/nothing/here');
    const answer = await get('/metrics');
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    const text = await answer.text();
    assert.match(
      text,
      /^http_request_duration_seconds_count\{method="GET",route="\/interaction\/:uid",status="400"\} 1$/m,
    );
    assert.match(text, /^http_request_duration_seconds_count\{method="GET",route="unmatched",status="404"\} \d+$/m);
    assert.match(text, /^process_cpu_seconds_total/m);
    assert.match(text, /^database_pool_connections\{state="idle"\}/m);
    assert.ok(!text.includes('made-up-by-somebody'), 'a label holds no caller’s words');
  });

  it('takes a harmless correlation id, and makes one otherwise; the log has it', async () => {
    const given = await get('/healthz', { 'x-correlation-id': 'Order-42.a_b' });
    assert.equal(given.headers.get('x-correlation-id'), 'Order-42.a_b');
    assert.ok(server.logs().includes('"correlation_id":"Order-42.a_b"'));
    for (const bad of ['with space', 'x'.repeat(129), '"quote"']) {
      const made = (await get('/healthz', { 'x-correlation-id': bad })).headers.get('x-correlation-id') ?? '';
      assert.match(made, /^[0-9a-f-]{36}$/);
    }
  });

  it('tells programs what is wrong in problem+json, people on a page, both with the correlation id', async () => {
    const program = await get('/nothing', { 'x-correlation-id': 'abc' });
    assert.equal(program.status, 404);
    assert.equal(program.headers.get('content-type'), 'application/problem+json');
    const problem = (await program.json()) as Record<string, unknown>;
    assert.deepEqual([problem['status'], problem['code'], problem['correlation_id']], [404, 'not_found', 'abc']);
    const person = await get('/nothing', { accept: 'text/html', 'x-correlation-id': 'abc' });
    assert.equal(person.status, 404);
    assert.match(await person.text(), /no such page[\s\S]*abc/);
  });

  it('takes a form of 64 KiB at most', async () => {
    const body = new URLSearchParams({ email: 'x'.repeat(100_000) });
    const answer = await fetch(`${server.issuer}/account/register`, { method: 'POST', body });
    assert.equal(answer.status, 413);
  });

  it('[25] knows its own address by ISSUER alone, whatever the headers say', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    request(`${server.issuer}/.well-known/openid-configuration`, { headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(text));
    }).end();
    const text = await promise;
    assert.ok(text.includes(`${server.issuer}/oauth2/token`));
    assert.ok(!text.includes('evil'));
  });

  it('tells a body that isn’t what it claims to be a bad request', async () => {
    for (const path of ['/account/register', '/interaction/x', '/oauth2/authorize', '/oauth2/logout']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' };
      const answer = await fetch(server.issuer + path, { method: 'POST', headers, body: 'not gzip' });
      assert.equal(answer.status, 400, path);
    }
  });

  it('logs a caller who hangs up before the answer', async () => {
    const body = new URLSearchParams({ email: 'a@example.com', password: 'x'.repeat(20) }).toString();
    const headers = { 'x-correlation-id': 'gone-early', 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(`${server.issuer}/account/register`, { method: 'POST', headers });
    sent.on('error', () => undefined);
    sent.end(body, () => sent.destroy());
    await until('its line', () => server.logs().includes('"correlation_id":"gone-early"'));
  });

  it('says in the log why it is not ready', async () => {
    const other = await startServer();
    await other.db.raw('alter table knex_migrations rename to gone');
    const answer = await fetch(`${other.issuer}/readyz`);
    assert.deepEqual(
      [answer.status, ((await answer.json()) as { checks: object }).checks],
      [503, { database: 'ok', migrations: 'failed', keys: 'ok', process: 'ok' }],
    );
    assert.match(other.logs(), /"check":"migrations"/);
    await other.close();
  });

  it('lets gateways keep keys and metadata for five minutes', async () => {
    for (const path of ['jwks.json', 'openid-configuration', 'oauth-authorization-server']) {
      assert.equal(
        (await get(`/.well-known/${path}`)).headers.get('cache-control'),
        'public, max-age=300, stale-while-revalidate=60',
      );
    }
  });
});
