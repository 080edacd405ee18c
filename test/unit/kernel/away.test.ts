import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { Away, isAway, isConnectionLost } from '../../../src/kernel/away.ts';
import { layCable } from '../../support/cable.ts';
import { freePort } from '../../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

/** What pg and Knex throw when a database is gone: their own errors, not ours of the same words. */
describe('a database that is away, as errors tell it', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  const at = (port: number) => {
    const url = new URL(database.url);
    url.port = String(port);
    return createDatabase(url.href, { max: 1 });
  };
  const failureOf = (work: () => Promise<unknown>) =>
    work().then(
      () => assert.fail('it did not fail'),
      (error: unknown) => error,
    );

  async function whileCut(work: (db: Knex, cut: () => Promise<void>) => Promise<unknown>): Promise<unknown> {
    const cable = await layCable(Number(new URL(database.url).port));
    const db = at(cable.port);
    try {
      return await failureOf(() => work(db, cable.cut));
    } finally {
      await cable.cut();
      await db.destroy();
    }
  }

  it('is known by a statement, and by a transaction, that was cut off', async () => {
    const ofStatement = await whileCut((db, cut) =>
      Promise.all([db.raw('select pg_sleep(5)'), db.raw('select 1').then(cut)]),
    );
    const ofTransaction = await whileCut((db, cut) =>
      db.transaction(async (transaction) => {
        await transaction.raw('select 1');
        await cut();
        await transaction.raw('select 2');
      }),
    );
    for (const error of [ofStatement, ofTransaction]) assert.ok(isAway(error), String(error));
  });

  it('is known where nobody listens, and where nobody answers', async () => {
    const nobody = at(await freePort());
    const sockets: Socket[] = [];
    const mute = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const silent = at((mute.address() as { port: number }).port);
    const errors = await Promise.all([nobody, silent].map((db) => failureOf(() => db.raw('select 1'))));
    for (const error of errors) assert.ok(isAway(error), String(error));
    for (const socket of sockets) socket.destroy();
    await Promise.all([nobody.destroy(), silent.destroy(), new Promise((resolve) => mute.close(resolve))]);
  }).timeout(10_000);

  it('is known where it takes no writes, or has no connection left', async () => {
    const db = at(Number(new URL(database.url).port));
    const readOnly = await failureOf(() =>
      db.transaction(async (transaction) => {
        await transaction.raw('set transaction read only');
        await transaction.raw('create table t ()');
      }),
    );
    await db.destroy();
    assert.deepEqual([isAway(readOnly), isConnectionLost(readOnly)], [true, false]);
    assert.ok(isAway({ code: '53300' }));
    assert.ok(isAway(new Away('Redis', undefined)));
  });

  it('is none for a statement that is wrong, a file that is missing, or nothing at all', async () => {
    const db = at(Number(new URL(database.url).port));
    const wrong = await failureOf(() => db.raw('select from nowhere'));
    await db.destroy();
    for (const error of [wrong, { code: 'ENOENT', syscall: 'open' }, new TypeError('x'), null, undefined, 'x'])
      assert.equal(isAway(error), false, String(error));
  });
});
