import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bearer } from '../support/api.ts';
import { operatorDeclaration, operatorToken } from '../support/operator.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { Running, type RunningProcess } from '../support/running.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
/** Seconds: far less than requests in flight are given. */
const SOON = 5;

interface Page {
  readonly items: readonly unknown[];
  readonly next_cursor: string;
}

describe('faults: SIGTERM while gateways and applications wait for news', function () {
  this.timeout(40_000);
  const running = new Running();
  let database: TestDatabase;
  let server: RunningProcess;
  let issuer: string;
  let headers: Record<string, string>;
  before(async () => {
    database = await createTestDatabase();
    const cwd = await running.folder();
    await writeFile(join(cwd, 'gatehouse.yaml'), operatorDeclaration);
    const port = await freePort();
    issuer = `http://localhost:${port}`;
    const env = { PORT: String(port), DATABASE_URL: database.url, MASTER_KEY, LOG_LEVEL: 'warn' };
    server = running.run(['start'], cwd, env);
    await server.ready();
    headers = bearer(await operatorToken(issuer, 'revocations:read events:read'));
  });
  after(async () => {
    await running.endAll();
    await database.drop();
  });

  const ask = (path: string) => fetch(issuer + path, { headers });
  const read = async (path: string) => (await (await ask(path)).json()) as Page;
  /** The cursor behind all that there is. */
  const endOf = async (path: string) => {
    let { items, next_cursor: cursor } = await read(path);
    while (items.length > 0) ({ items, next_cursor: cursor } = await read(`${path}?after=${cursor}`));
    return cursor;
  };

  it('answers them at once with what there is and where to go on, and ends soon', async () => {
    const paths = ['/v1/revocations', '/v1/events'];
    const cursors = await Promise.all(paths.map(endOf));
    let answered = 0;
    const polls = paths.map(async (path, at) => {
      const answer = await ask(`${path}?after=${cursors[at]}&wait=30`);
      answered += 1;
      return [answer.status, (await answer.json()) as Page] as const;
    });
    // Whoever asks later, and is answered, was behind them.
    for (const path of [...paths, ...paths]) await ask(path);
    assert.equal(answered, 0, 'they are held');

    const told = performance.now();
    server.kill('SIGTERM');
    for (const [status, { items, next_cursor }] of await Promise.all(polls)) {
      assert.deepEqual([status, items], [200, []]);
      assert.ok(next_cursor);
    }
    assert.equal(await server.ended(), 0);
    const seconds = (performance.now() - told) / 1000;
    assert.ok(seconds < SOON, `${seconds} s`);
    assert.equal(server.stderr(), '');
  });
});
