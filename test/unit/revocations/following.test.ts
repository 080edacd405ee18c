import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { useFakeTimers } from 'sinon';
import { createDatabase, recordEnded } from '../../../adapters/postgres/index.ts';
import { keepRevocations, readRevocations } from '../../../src/revocations/index.ts';
import { type RunningRevocations, runRevocations } from '../../../src/running-revocations.ts';
import { createLogger } from '../../../src/telemetry/index.ts';
import { freePort } from '../../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

/** Milliseconds between two looks of a process that is told nothing. */
const LOOK_EVERY = 30_000;
/** Milliseconds in which one whose connection broke hears again. */
const SOON = 5000;

describe('the list of what has ended, as a process follows it', () => {
  // Its time stands still, so that it answers by itself and asks the database about no token.
  const clock = new TestClock();
  let database: TestDatabase;
  /** Another node's. */
  let db: Knex;
  let following: RunningRevocations | undefined;
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url);
  });
  afterEach(async () => {
    await following?.close();
    following = undefined;
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const ended = (value: string) => [{ kind: 'jti', value }] as const;
  const end = (value: string) => db.transaction((transaction) => recordEnded(transaction, ended(value), clock.now()));
  const follow = async (listeningAt = database.url) => {
    const logger = await createLogger('silent');
    following = await runRevocations({ db, clock, logger, longestToken: 900 }, listeningAt);
    return following.revocations;
  };
  const LISTENERS = `from pg_stat_activity where application_name = 'gatehouse listener' and datname = current_database()
    and query like 'listen %'`;
  const listeners = async () => (await db.raw(`select pid ${LISTENERS}`)).rows;

  it('misses no transaction that began earlier and commits later, nor does whoever reads on from a cursor', async () => {
    const ask = async () => assert.fail('it is fresh');
    const list = keepRevocations({ read: (from) => readRevocations(db, from, clock.now()), ask, clock });
    const slow = await db.transaction();
    await recordEnded(slow, ended('slow'), clock.now());
    await end('quick');
    await list.reload();
    assert.deepEqual([await list.isRevoked({ jti: 'quick' }), await list.isRevoked({ jti: 'slow' })], [true, false]);
    const { next } = list.since(0n);
    await slow.commit();
    await list.reload();
    assert.equal(await list.isRevoked({ jti: 'slow' }), true);
    assert.ok(list.since(next).entries.some(({ value }) => value === 'slow'));
  });

  it('hears of it within seconds after its connection broke, and at once from then on', async () => {
    const list = await follow();
    await until('it listens', async () => (await listeners()).length > 0);
    const { rows } = await db.raw(`select pg_terminate_backend(pid) as broke ${LISTENERS}`);
    assert.deepEqual(rows, [{ broke: true }]);
    await end('unheard');
    await until('it has connected again, and looked', () => list.isRevoked({ jti: 'unheard' }), SOON);
    await end('heard');
    await until('it is told', () => list.isRevoked({ jti: 'heard' }), 1000);
  });

  it('hears of it at its next look where nobody is told, as behind a pooler that knows no LISTEN', async () => {
    const timers = useFakeTimers({ toFake: ['setInterval'] });
    try {
      const nowhere = new URL(database.url);
      nowhere.port = String(await freePort());
      const list = await follow(nowhere.href);
      await end('untold');
      timers.tick(LOOK_EVERY - 1);
      assert.equal(await list.isRevoked({ jti: 'untold' }), false);
      timers.tick(1);
      assert.equal(await list.isRevoked({ jti: 'untold' }), true);
    } finally {
      timers.restore();
    }
  });

  it('lets everybody go who waits for news when the process is about to end, and keeps nobody from then on', async () => {
    const list = await follow();
    const never = new AbortController().signal;
    const waiting = [1, 2].map(() => list.changed(60_000, never));
    list.release();
    await Promise.all([...waiting, list.changed(60_000, never)]);
  });
});
