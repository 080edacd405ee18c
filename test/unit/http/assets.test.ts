import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import Koa from 'koa';
import supertest from 'supertest';
import { assetPaths, assets } from '../../../src/http/assets.ts';

const viewsDir = fileURLToPath(new URL('../../../views', import.meta.url));
const stylesheet = readFileSync(`${viewsDir}/assets/gatehouse.css`);

describe('assets', () => {
  const path = assetPaths(viewsDir).get('gatehouse.css') ?? '';
  let server: Server;

  before(() => {
    const app = new Koa();
    app.use(assets(viewsDir));
    app.use((ctx) => {
      ctx.status = 404;
      ctx.body = 'next';
    });
    server = app.listen(0, '127.0.0.1');
  });
  after(() => server.close());

  it('names a file by its content', () => {
    const hash = createHash('sha256').update(stylesheet).digest('hex').slice(0, 10);
    assert.equal(path, `/assets/gatehouse.${hash}.css`);
  });

  it('serves it, to be kept for a year', async () => {
    const answer = await supertest(server).get(path).expect(200);
    assert.equal(answer.text, stylesheet.toString());
    assert.equal(answer.headers['content-type'], 'text/css; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
  });

  it('answers HEAD with the length alone', async () => {
    const answer = await supertest(server).head(path).expect(200);
    assert.equal(answer.headers['content-length'], String(stylesheet.length));
    assert.equal(answer.text, undefined);
  });

  it('serves the mark as an image', async () => {
    const answer = await supertest(server)
      .get(assetPaths(viewsDir).get('mark.svg') ?? '')
      .expect(200);
    assert.match(answer.headers['content-type'] ?? '', /^image\/svg\+xml/);
  });

  it('serves the scripts, each under 3 KB', async () => {
    const scripts = [...assetPaths(viewsDir)].filter(([name]) => name.endsWith('.js'));
    assert.ok(scripts.length > 0);
    for (const [name, at] of scripts) {
      const answer = await supertest(server).get(at).expect(200);
      assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8');
      assert.ok(Number(answer.headers['content-length']) < 3000, name);
    }
  });

  it('leaves every other request to what comes next', async () => {
    const request = supertest(server);
    const others = [
      '/assets/gatehouse.css',
      path.replace(/[0-9a-f]{10}/, '0000000000'),
      '/assets/../layout.ejs',
      '/assets/..%2flayout.ejs',
      '/assets/',
      '/',
    ];
    for (const other of others) assert.equal((await request.get(other)).text, 'next', other);
    assert.equal((await request.post(path)).text, 'next');
  });
});

describe('the stylesheet', () => {
  const css = stylesheet.toString();

  it('is under 10 KB', () => assert.ok(stylesheet.length < 10_000, `${stylesheet.length} bytes`));

  it('follows what people have set', () => {
    assert.match(css, /prefers-color-scheme: dark/);
    assert.match(css, /prefers-reduced-motion/);
    assert.match(css, /:focus-visible \{\s+outline: 2px solid [^;]+;\s+outline-offset: 2px/);
  });

  it('fetches nothing', () => assert.doesNotMatch(css, /url\(|@import/));
});
