import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { useFakeTimers } from 'sinon';
import { createDatabase } from '../../../../adapters/postgres/pool.ts';
import { createEmptyDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { until } from '../../../support/until.ts';

describe('the pool’s connections', () => {
  let database: TestDatabase;
  let db: Knex;

  before(async () => {
    database = await createEmptyDatabase();
  });
  beforeEach(() => {
    db = createDatabase(database.url, { max: 2 });
  });
  afterEach(() => db.destroy());
  after(() => database.drop());

  const counts = () => [db.client.pool.numUsed(), db.client.pool.numFree(), db.client.pool.numPendingAcquires()];
  const pidOf = async () => (await db.raw('select pg_backend_pid() as pid')).rows[0].pid;

  it('are used again as soon as they are free, and counted as used until then', async () => {
    const first = await db.client.acquireConnection();
    assert.deepEqual(counts(), [1, 0, 0]);
    await db.client.releaseConnection(first);
    assert.deepEqual(counts(), [0, 1, 0]);
    assert.equal(await db.client.acquireConnection(), first);
    assert.deepEqual(counts(), [1, 0, 0]);
    await db.client.releaseConnection(first);
  });

  it('are one for each who asks at the same time, no more than there may be, in the order they asked', async () => {
    const some = await Promise.all([1, 2].map(() => db.client.acquireConnection()));
    assert.notEqual(some[0], some[1]);
    const order: number[] = [];
    const waiting = [3, 4, 5].map(async (each) => {
      const connection = await db.client.acquireConnection();
      order.push(each);
      return connection;
    });
    assert.deepEqual(counts(), [2, 0, 3]);
    for (const connection of some) await db.client.releaseConnection(connection);
    const [third, fourth] = [await waiting[0], await waiting[1]];
    assert.deepEqual(counts(), [2, 0, 1]);
    await db.client.releaseConnection(third);
    await waiting[2];
    assert.deepEqual(order, [3, 4, 5]);
    for (const connection of [fourth, await waiting[2]]) await db.client.releaseConnection(connection);
    assert.deepEqual(counts(), [0, 2, 0]);
  });

  it('are waited for in vain for so long and no longer', async () => {
    const held = await Promise.all([1, 2].map(() => db.client.acquireConnection()));
    db.client.pool.acquireTimeoutMillis = 50;
    await assert.rejects(async () => db.raw('select 1'), { name: 'KnexTimeoutError' });
    assert.deepEqual(counts(), [2, 0, 0]);
    for (const connection of held) await db.client.releaseConnection(connection);
    await db.raw('select 1');
  });

  it('are thrown away once they broke, also while nobody used them', async () => {
    const pid = await pidOf();
    const other = createDatabase(database.url);
    await other.raw('select pg_terminate_backend(?)', [pid]);
    await other.destroy();
    await until('it is known to be broken', () => db.client.pool.free[0].resource.__knex__disposed !== undefined);
    assert.notEqual(await pidOf(), pid);
    assert.deepEqual(counts(), [0, 1, 0]);
  });

  it('are closed when nobody has used them for half a minute, which begins anew with each use', async () => {
    await db.raw('select 1');
    const date = useFakeTimers({ toFake: ['Date'], now: Date.now() });
    try {
      for (const [seconds, free] of [
        [20, 1],
        [20, 1],
        [31, 0],
      ] as const) {
        date.tick(seconds * 1000);
        db.client.pool.check();
        assert.deepEqual(counts(), [0, free, 0]);
        if (free > 0) await db.raw('select 1');
      }
    } finally {
      date.restore();
    }
  });

  it('are given back before the pool is closed', async () => {
    const closed = createDatabase(database.url);
    await closed.raw('select 1');
    const answer = closed.raw('select pg_sleep(0.1), 7 as n').then(({ rows }) => rows[0].n);
    await until('it is asked', () => closed.client.pool.numUsed() === 1);
    await closed.destroy();
    assert.equal(await answer, 7);
  });
});
