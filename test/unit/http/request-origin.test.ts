import assert from 'node:assert/strict';
import Koa from 'koa';
import request from 'supertest';
import { knowOrigin } from '../../../src/http/index.ts';

/** What the server takes for its own address and the caller's. */
function server(trustProxy: string[]) {
  const app = new Koa();
  knowOrigin(app, 'https://id.example.com', trustProxy);
  app.use((ctx) => {
    ctx.body = { href: ctx.href, host: ctx.host, secure: ctx.secure, ip: ctx.ip };
  });
  return request(app.callback());
}

const forged = {
  Host: 'evil.example',
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Proto': 'http',
  'X-Forwarded-For': '203.0.113.7, 198.51.100.9',
};

describe('the server’s own address', () => {
  it('[25] is ISSUER, whatever the headers say', async () => {
    const { body } = await server(['loopback']).get('/a?b=c').set(forged);
    assert.deepEqual([body.href, body.host, body.secure], ['https://id.example.com/a?b=c', 'id.example.com', true]);
  });

  it('the caller’s is the socket’s, unless a trusted proxy vouches for another', async () => {
    assert.match((await server([]).get('/').set(forged)).body.ip, /127\.0\.0\.1$/);
    assert.match((await server(['10.0.0.0/8']).get('/').set(forged)).body.ip, /127\.0\.0\.1$/);
    assert.equal((await server(['loopback']).get('/').set(forged)).body.ip, '198.51.100.9');
    assert.equal((await server(['loopback', '198.51.100.0/24']).get('/').set(forged)).body.ip, '203.0.113.7');
  });
});
