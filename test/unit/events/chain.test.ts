import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import {
  declareSinks,
  followLog,
  keepMonths,
  lastDropped,
  sealEvents,
  verifyEvents,
} from '../../../src/events/index.ts';
import { dropBefore, listMonths } from '../../../src/events/partition-store.ts';
import { monthOf } from '../../../src/events/partitions.ts';
import { firstIdAt } from '../../../src/kernel/ids.ts';
import { openTestDatabase } from '../../support/database.ts';
import { anEvent, appendAlone, loggedEvents } from '../../support/events.ts';
import { inOwnCluster } from '../../support/own-cluster.ts';
import { TestClock } from '../../support/test-clock.ts';

const DAY = 86_400;
const SUBJECTS = ['a', 'b', 'c', 'd', 'e'];

describe('what keeps the log', () => {
  inOwnCluster();
  let db: Knex;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ db, close } = await openTestDatabase());
  });
  afterEach(() => close());

  const seal = async () => {
    const log = followLog(db);
    await log.read({ after: 0, types: undefined, limit: 1 });
    return sealEvents(db, log.whole());
  };
  /** An event of another month, as if it had been appended then. */
  const ofMonth = async (moment: Date, subject = 'old') => {
    const row = { id: firstIdAt(moment), type: 'identity.key.revoked.v1', subject, time: moment, data: '{"kid":"k"}' };
    await db('events').insert(row);
  };
  const partitionOf = async (subject: string) =>
    (await db('events').where({ subject }).select(db.raw('tableoid::regclass::text as name')))[0]?.name;

  it('each row is chained to the one before it, once, and all of them hold', async () => {
    for (const subject of SUBJECTS) await appendAlone(db, anEvent(subject), anEvent(subject));
    assert.equal(await seal(), 10);
    assert.equal(await seal(), 0);
    await appendAlone(db, anEvent('later'));
    assert.equal(await seal(), 1);
    const { rows, breaks } = await verifyEvents(db);
    assert.deepEqual([rows, breaks], [11, []]);
  });

  for (const [member, change] of Object.entries({
    data: { data: '{"kid":"another"}' },
    time: { time: new Date(0) },
    actor: { actor: 'operator:mallory' },
    subject: { subject: 'z' },
    hash: { hash: Buffer.alloc(32) },
  })) {
    it(`finds the row whose ${member} was changed`, async () => {
      for (const subject of SUBJECTS) await appendAlone(db, anEvent(subject));
      await seal();
      const [, , third, fourth] = await loggedEvents(db);
      await db('events').where({ id: third?.['id'] }).update(change);
      const found = (await verifyEvents(db)).breaks.map(({ id }) => id);
      // A hash that was changed fits the next row no more than its own.
      assert.deepEqual(found, member === 'hash' ? [third?.['id'], fourth?.['id']] : [third?.['id']]);
    });
  }

  it('finds what is missing: in the middle, and at the end', async () => {
    for (const subject of SUBJECTS) await appendAlone(db, anEvent(subject));
    await seal();
    await db('events').where({ subject: 'b' }).delete();
    const [, third] = await loggedEvents(db);
    assert.deepEqual(
      (await verifyEvents(db)).breaks.map(({ id }) => id),
      [third?.['id']],
    );
    await db('events').where({ subject: 'e' }).delete();
    assert.deepEqual(
      (await verifyEvents(db)).breaks.map(({ id }) => id),
      [third?.['id'], undefined],
    );
  });

  it('a network address can be taken out, for it is a person’s', async () => {
    await appendAlone(db, anEvent('a'));
    await seal();
    await db('events').update({ network: null });
    assert.deepEqual((await verifyEvents(db)).breaks, []);
  });

  it('a transaction that runs keeps what is after it from being chained before it', async () => {
    const slow = await db.transaction();
    await slow.raw(`select nextval('event_position'), pg_current_xact_id()`);
    await appendAlone(db, anEvent('a'));
    assert.equal(await seal(), 0);
    await slow.rollback();
    assert.equal(await seal(), 1);
  });

  it('months are made once by several nodes that start together, and nobody who appends waits for it', async () => {
    const clock = new TestClock();
    clock.advance(300 * DAY);
    const appending = Promise.all(SUBJECTS.map((subject) => appendAlone(db, anEvent(subject))));
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => keepMonths({ db, clock }, 4000 * DAY)));
    await appending;
    assert.equal((await listMonths(db)).length, 8);
    assert.equal((await loggedEvents(db)).length, SUBJECTS.length);
  });

  it('what is laid aside of a month goes with it, and whoever reads on from there is told', async () => {
    const clock = new TestClock();
    await appendAlone(db, anEvent('a'));
    const [event] = await loggedEvents(db);
    await declareSinks(db, ['crm'], 0);
    const letter = { sink: 'crm', event_id: event?.['id'], position: event?.['position'], state: 'dead', attempts: 1 };
    await db('event_deliveries').insert({ ...letter, next_try_at: new Date() });
    clock.advance(100 * DAY);
    await keepMonths({ db, clock }, 40 * DAY);
    assert.equal(await lastDropped(db), Number(event?.['position']));
    assert.deepEqual(await db('event_deliveries'), []);
  });

  it('months are made ahead, with what was written before they were, and go when they are old', async () => {
    const clock = new TestClock();
    const now = clock.now();
    const names = async () => (await listMonths(db)).map(({ name }) => name);
    const expected = [0, 1, 2, 3].map((ahead) => monthOf(now, ahead).name);
    assert.deepEqual(await names(), expected);
    const [later] = [new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 4, 3))];
    await ofMonth(later, 'later');
    await appendAlone(db, anEvent('now'));
    assert.equal(await partitionOf('now'), `events_${expected[0]}`);
    assert.equal(await partitionOf('later'), 'events_other');
    await seal();
    clock.advance((later.getTime() - now.getTime()) / 1000);
    await keepMonths({ db, clock }, 400 * DAY);
    assert.equal((await names()).length, 8);
    assert.equal(await partitionOf('later'), `events_${monthOf(later).name}`);
    assert.deepEqual((await verifyEvents(db)).breaks, []);
    await keepMonths({ db, clock }, 40 * DAY);
    assert.ok(!(await names()).includes(expected[0] ?? ''));
    assert.equal(await partitionOf('now'), undefined);
    assert.equal(await partitionOf('later'), `events_${monthOf(later).name}`);
    assert.deepEqual((await verifyEvents(db)).breaks, []);
  });

  it('what never had a partition goes in batches when it is old, and nothing younger', async () => {
    const month = monthOf(new Date());
    for (let day = -5; day < 5; day += 1) await ofMonth(new Date(Date.UTC(2020, 0, 10 + day)), `day ${10 + day}`);
    const from = firstIdAt(new Date(Date.UTC(2020, 0, 10)));
    const taken: number[] = [];
    db.on('query-response', ({ command, rowCount }) => void (command === 'DELETE' && taken.push(rowCount)));
    await dropBefore(db, { ...month, from }, 2);
    assert.deepEqual(taken.slice(0, 3), [2, 2, 1]);
    assert.deepEqual(
      await db('events').orderBy('id').pluck('subject'),
      SUBJECTS.map((_, day) => `day ${10 + day}`),
    );
  });
});
