import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import {
  type CandidateParts,
  expireSessions,
  findSession,
  readHistory,
  removeEndedSessions,
  saveState,
} from '../../../src/candidates/index.ts';
import { candidateParts, makeSession, SERVICE, startSession, step } from '../../support/assessments.ts';
import type { TestDatabaseClock } from '../../support/candidates.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

const DAY = 86_400;

describe('the time of a session', () => {
  let database: TestDatabase;
  let db: Knex;
  let parts: CandidateParts & { time: TestDatabaseClock };
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 6 });
  });
  beforeEach(() => {
    parts = candidateParts(db);
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const read = async (id: string) => (await findSession(db, parts.time, id)) ?? assert.fail();
  /** Its state, and the seconds that are left: the statements themselves take less than one. */
  const at = async (id: string) => {
    const { state, remainingSeconds } = await read(id);
    return [state, remainingSeconds];
  };
  const inSeconds = (seconds: number) => new Date(Date.now() + parts.time.ahead + seconds * 1000);
  const expectAbout = async (id: string, state: string, seconds: number) => {
    const [seen, left] = await at(id);
    assert.equal(seen, state);
    assert.ok(Math.abs(Number(left) - seconds) <= 1, `${left} s are left, and not ${seconds}`);
  };

  it('of a duration runs while it is in_progress, and stands while it is paused', async () => {
    const { id } = await makeSession(parts, { durationSeconds: 100 });
    parts.time.advance(DAY);
    assert.deepEqual(await at(id), ['created', 100]);
    await step(parts, id, 'start');
    parts.time.advance(30);
    await expectAbout(id, 'in_progress', 70);
    await step(parts, id, 'pause');
    parts.time.advance(DAY);
    await expectAbout(id, 'paused', 70);
    await step(parts, id, 'resume');
    parts.time.advance(69);
    assert.equal((await at(id))[0], 'in_progress');
    parts.time.advance(1);
    assert.deepEqual(await at(id), ['expired', 0]);
  });

  it('until a moment runs always, and ends a session in any state', async () => {
    const created = await makeSession(parts, { expiresAt: inSeconds(100) });
    const { id } = await startSession(parts, { expiresAt: inSeconds(100) });
    await expectAbout(id, 'in_progress', 100);
    await step(parts, id, 'pause');
    parts.time.advance(60);
    await expectAbout(id, 'paused', 40);
    parts.time.advance(41);
    assert.deepEqual(
      [await at(id), await at(created.id)],
      [
        ['expired', 0],
        ['expired', 0],
      ],
    );
  });

  it('of both ends with whichever is over first', async () => {
    const byMoment = await startSession(parts, { durationSeconds: 100, expiresAt: inSeconds(50) });
    const byDuration = await startSession(parts, { durationSeconds: 50, expiresAt: inSeconds(100) });
    await expectAbout(byMoment.id, 'in_progress', 50);
    await expectAbout(byDuration.id, 'in_progress', 50);
    await step(parts, byMoment.id, 'pause');
    await step(parts, byDuration.id, 'pause');
    parts.time.advance(51);
    assert.equal((await at(byMoment.id))[0], 'expired');
    await expectAbout(byDuration.id, 'paused', 49);
    await step(parts, byDuration.id, 'resume');
    parts.time.advance(50);
    assert.equal((await at(byDuration.id))[0], 'expired');
  });

  it('without either never ends it', async () => {
    const { id } = await startSession(parts);
    parts.time.advance(10_000 * DAY);
    assert.deepEqual(await at(id), ['in_progress', undefined]);
  });

  it('is what was left where it ended before, and that does not change any more', async () => {
    const { id } = await startSession(parts, { durationSeconds: 100, expiresAt: inSeconds(1000) });
    parts.time.advance(40);
    await step(parts, id, 'submit');
    parts.time.advance(10 * DAY);
    await expectAbout(id, 'submitted', 60);
  });

  it('is not gained by stopping the clock again and again', async () => {
    const { id } = await startSession(parts, { durationSeconds: 100 });
    for (let round = 0; round < 20; round += 1) {
      await step(parts, id, 'pause');
      await step(parts, id, 'resume');
    }
    await step(parts, id, 'pause');
    const { remaining_ms } = await db('assessment_sessions').where({ id }).first();
    const { rows } = await db.raw(
      `select 1000 * extract(epoch from sum(case when event = 'pause' then at - before end))::float8 as ran from (
         select event, at, lag(at) over (order by seq) as before from assessment_trail where session_id = ?) t`,
      [id],
    );
    assert.ok(remaining_ms <= 100_000 - rows[0].ran, `${remaining_ms} ms are left, and it ran for ${rows[0].ran}`);
  });

  it('is not gained by a request that waited while another had the clock run', async () => {
    const { id } = await startSession(parts, { durationSeconds: 100 });
    await db('assessment_sessions')
      .where({ id })
      .update({ running_since: inSeconds(5) });
    await step(parts, id, 'pause');
    assert.deepEqual(await at(id), ['paused', 100]);
  });

  it('is over to the millisecond, for reading, saving and every event alike', async () => {
    const { id, dueAt } = await startSession(parts, { durationSeconds: 60 });
    assert.ok(dueAt);
    parts.time.ahead = dueAt.getTime() - Date.now() + 5;
    const saved = await saveState(parts, SERVICE, id, { versions: [1], data: { late: true } });
    assert.deepEqual(saved, { refused: 'not_writable', state: 'expired' });
    await assert.rejects(step(parts, id, 'submit'), /not_allowed.*"expired"/);
    const { endedAt, updatedAt } = await read(id);
    assert.deepEqual([endedAt, updatedAt], [dueAt, dueAt]);
  });

  describe('that is over', () => {
    it('is noted by a job, once for each session, as of when it was over, on however many nodes', async () => {
      const started = await Promise.all(Array.from({ length: 25 }, () => startSession(parts, { durationSeconds: 60 })));
      const paused = await startSession(parts, { durationSeconds: 60 });
      await step(parts, paused.id, 'pause');
      parts.time.advance(61);
      const before = await Promise.all(started.map(({ id }) => read(id)));
      const counts = await Promise.all([1, 2, 3].map(() => expireSessions(parts, { batch: 4 })));
      const sum = counts.reduce((total, count) => total + count, 0);
      assert.ok(sum >= started.length, `${sum}`);
      assert.equal(await expireSessions(parts), 0);
      for (const [index, { id }] of started.entries()) {
        assert.deepEqual(await read(id), before[index], 'reads as it did before');
        const row = await db('assessment_sessions').where({ id }).first();
        assert.deepEqual([row.state, row.due_at, row.remaining_ms], ['expired', null, 0]);
        const entries = (await readHistory(parts, id, { limit: 10 }))?.entries ?? [];
        assert.deepEqual(
          entries.map(({ seq, event }) => [seq, event]),
          [
            [1, 'create'],
            [2, 'start'],
            [3, 'expire'],
          ],
        );
        assert.deepEqual([entries[2]?.actor, entries[2]?.at], [{ kind: 'clock', id: undefined }, row.ended_at]);
      }
      await expectAbout(paused.id, 'paused', 60);
    });

    it('does not hold up a job where somebody else holds a session', async () => {
      const [held, free] = [
        await startSession(parts, { durationSeconds: 1 }),
        await startSession(parts, { durationSeconds: 1 }),
      ];
      parts.time.advance(2);
      await db.transaction(async (transaction) => {
        await transaction('assessment_sessions').where({ id: held.id }).forUpdate().first();
        await expireSessions(parts);
        const states = await db('assessment_sessions').whereIn('id', [held.id, free.id]).orderBy('id').pluck('state');
        assert.deepEqual(states, ['in_progress', 'expired']);
      });
    });

    it('long ago goes with its trail, once it is as old as is set', async () => {
      const old = await startSession(parts, { durationSeconds: 60 });
      const live = await startSession(parts);
      await step(parts, old.id, 'submit');
      parts.time.advance(29 * DAY);
      const young = await startSession(parts);
      await step(parts, young.id, 'terminate');
      parts.time.advance(DAY + 60);
      await removeEndedSessions(parts, 30, 1);
      const left = await db('assessment_sessions').whereIn('id', [old.id, live.id, young.id]).pluck('id');
      assert.deepEqual(left.sort(), [live.id, young.id].sort());
      const trails = await db('assessment_trail')
        .whereIn('session_id', [old.id, live.id, young.id])
        .distinct('session_id');
      assert.deepEqual(trails.map(({ session_id }) => session_id).sort(), [live.id, young.id].sort());
      await assert.rejects(db('assessment_trail').delete(), /append only/);
    });
  });
});
