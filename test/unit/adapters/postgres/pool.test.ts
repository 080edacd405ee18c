import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { checkDatabase, createDatabase, type DatabaseOptions } from '../../../../adapters/postgres/pool.ts';
import { freePort } from '../../../support/ports.ts';
import { createEmptyDatabase, type TestDatabase, urlFor } from '../../../support/postgres.ts';

describe('the pool', () => {
  let database: TestDatabase;

  before(async () => {
    database = await createEmptyDatabase();
  });

  after(async () => {
    await database.drop();
  });

  it('gives counts as numbers and instants as dates', async () => {
    const rows = await ask(`select count(*) as n, 9007199254740991::int8 as big, 'epoch'::timestamptz as t from pg_am`);
    assert.equal(typeof rows[0].n, 'number');
    assert.equal(rows[0].big, Number.MAX_SAFE_INTEGER);
    assert.deepEqual(rows[0].t, new Date(0));
  });

  it('never prints what was bound to a statement', async () => {
    const db = createDatabase(database.url);
    await assert.rejects(db('nowhere').where({ secret: 'hunter2' }), (error: Error) => {
      return !error.message.includes('hunter2') && error.message.includes('$1');
    });
    await db.destroy();
  });

  it('ends a statement that takes too long, and names itself to the server', async () => {
    const options = { statementTimeoutMs: 50, applicationName: 'gatehouse-test' };
    await assert.rejects(ask('select pg_sleep(5)', options), { code: '57014' });
    assert.deepEqual(await ask(`select current_setting('application_name') as name`, options), [
      { name: 'gatehouse-test' },
    ]);
  });

  async function ask(statement: string, options: DatabaseOptions = {}) {
    const db = createDatabase(database.url, options);
    return await db.raw(statement).then(
      ({ rows }) => db.destroy().then(() => rows),
      (error: unknown) => db.destroy().then(() => Promise.reject(error)),
    );
  }
});

describe('checkDatabase', () => {
  it('is content with a database that answers', async () => {
    await check(urlFor('postgres'));
  });

  it('names host and port, but not the password, when nobody listens', async () => {
    const port = await freePort();
    const fault = await faultOf(`postgres://gatehouse:hunter2@127.0.0.1:${port}/gatehouse`);
    assert.match(fault, new RegExp(`^DATABASE_URL: 127\\.0\\.0\\.1:${port}/gatehouse refuses connections`));
  });

  it('tells a wrong password, an unknown database and an unknown host apart', async () => {
    const url = new URL(urlFor('postgres'));
    url.password = 'hunter2';
    assert.match(await faultOf(url.href), /refuses this user and password/);
    assert.match(await faultOf(urlFor('nowhere')), /nowhere has no such database/);
    assert.match(
      await faultOf('postgres://u:hunter2@nowhere.invalid/d'),
      /nowhere\.invalid:5432\/d (is not|cannot be)/,
    );
    assert.match(await faultOf('not a url, hunter2'), /is not a URL of PostgreSQL/);
    assert.match(await faultOf(`postgres://u:hunter2@host:port/d`), /is not a URL of PostgreSQL/);
  });

  it('tells a port where something else answers', async () => {
    const server = createServer((socket) => socket.end());
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    assert.match(await faultOf(`postgres://u:hunter2@127.0.0.1:${port}/d`), /is it PostgreSQL/);
    server.close();
  });

  it('gives up on a server that never answers', async () => {
    const server = createServer(() => undefined);
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    assert.match(await faultOf(`postgres://u:hunter2@127.0.0.1:${port}/d`), /does not answer/);
    server.close();
  });

  async function check(url: string): Promise<void> {
    const db = createDatabase(url);
    await checkDatabase(db).finally(() => db.destroy());
  }

  async function faultOf(url: string): Promise<string> {
    const error = await check(url).then(
      () => assert.fail('the database answered'),
      (reason: Error) => reason,
    );
    assert.equal(error.name, 'OperatorError', error.stack);
    assert.equal(error.message.includes('hunter2'), false);
    return error.message;
  }
});
