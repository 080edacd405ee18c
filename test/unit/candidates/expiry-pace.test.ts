import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { restOf } from '../../../src/candidates/assessments/expire-sessions.ts';
import { expireSessions } from '../../../src/candidates/index.ts';
import { DAY_MS, fillSessions } from '../../bench/save-kit.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

describe('the pace at which overdue sessions end', () => {
  it('shares what is left of the time among the batches that are to come', () => {
    assert.equal(restOf(4, { batches: 100, left: 2000 }), 16);
    assert.equal(restOf(4, { batches: 50, left: 2000 }), 36);
  });

  it('rests at least as long as a batch took, however little time is left, and at most ten times', () => {
    assert.equal(restOf(8, { batches: 1000, left: 2000 }), 8);
    assert.equal(restOf(8, { batches: 1000, left: -500 }), 8);
    assert.equal(restOf(8, { batches: 2, left: 15_000 }), 80);
    for (const batches of [0, -3, 0.2]) assert.equal(restOf(8, { batches, left: 15_000 }), 80);
  });

  describe('where the server is told to stop', () => {
    let database: TestDatabase;
    let db: Knex;

    before(async () => {
      database = await createTestDatabase();
      db = createDatabase(database.url);
      await fillSessions(db, 1, { each: 100, days: 1 });
    });
    after(async () => {
      await db.destroy();
      await database.drop();
    });

    it('is left off after the batch in hand, and what remains is ended by the next run', async () => {
      const parts = { db, time: { ahead: DAY_MS } };
      const stopping = new AbortController();
      const run = expireSessions(parts, { batch: 10, stopping: stopping.signal });
      while (!(await expired())) await new Promise(setImmediate);
      stopping.abort();
      const ended = await run;
      assert.ok(ended > 0 && ended < 100, `${ended} of 100`);
      assert.equal(await expired(), ended);
      assert.equal(await expireSessions(parts), 100 - ended);
    });

    const expired = async () => (await db('assessment_sessions').where({ state: 'expired' })).length;
  });
});
