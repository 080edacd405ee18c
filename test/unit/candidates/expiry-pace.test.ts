import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { restOf, SPREAD } from '../../../src/candidates/assessments/expire-sessions.ts';
import { expireSessions } from '../../../src/candidates/index.ts';
import { DAY_MS, fillSessions } from '../../bench/save-kit.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

describe('the pace at which overdue sessions end', () => {
  it('shares what is left of the time among the batches that are to come', () => {
    assert.equal(restOf(4, { batches: 100, left: 2000 }), 16);
    assert.equal(restOf(4, { batches: 50, left: 2000 }), 36);
  });

  it('rests at most ten times as long as a batch took, and not at all where time has run out', () => {
    assert.equal(restOf(8, { batches: 2, left: 15_000 }), 80);
    for (const batches of [0, -3, 0.2]) assert.equal(restOf(8, { batches, left: 15_000 }), 80);
    for (const left of [2000, 0, -500]) assert.equal(restOf(8, { batches: 1000, left }), 0);
  });

  for (const took of [2, 10, 40])
    it(`ends 10,000 in batches of ${took} ms no later than 60 s, where it begins 30 s late, and leaves others as much`, () => {
      const { ended, rests } = runOver(400, took);
      assert.ok(30_000 + ended <= 60_000, `the last ends ${30_000 + ended} ms late`);
      const isTime = 400 * 2 * took <= SPREAD;
      assert.ok(isTime ? Math.min(...rests) >= took : ended > 0.95 * SPREAD, `rests of ${Math.min(...rests)} ms`);
    });

  /** Milliseconds until the last of so many batches has ended, and the rests between them; a timer is late by one. */
  function runOver(batches: number, took: number): { ended: number; rests: number[] } {
    const rests: number[] = [];
    let now = took;
    for (let left = batches - 1; left > 0; left -= 1) {
      const rest = restOf(took, { batches: left, left: SPREAD - now });
      rests.push(rest);
      now += rest + 1 + took;
    }
    return { ended: now, rests };
  }

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
