import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { append, followLog, type NewEvent } from '../../../src/events/index.ts';
import { withCause } from '../../../src/kernel/correlation.ts';
import { openTestDatabase } from '../../support/database.ts';
import { anEvent, appendAlone, loggedEvents } from '../../support/events.ts';
import { inOwnCluster } from '../../support/own-cluster.ts';
import { until } from '../../support/until.ts';

const NEVER = new AbortController().signal;
const ALL = { types: undefined, limit: 1000 };

describe('the log of events', () => {
  inOwnCluster();
  let db: Knex;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());

  const end = async () => Number((await loggedEvents(db)).at(-1)?.['position'] ?? 0);
  const subjects = async (after: number) => {
    const { events } = await followLog(db).read({ ...ALL, after });
    return events.map(({ subject }) => subject);
  };

  it('keeps an event with its cause, its members and an id that tells the time', async () => {
    const before = await end();
    const cause = { correlationId: 'an-id', actor: 'user:1', clientId: 'shop', network: '192.0.2.1' };
    await withCause(cause, () => appendAlone(db, anEvent('one')));
    const { events, next, more } = await followLog(db).read({ ...ALL, after: before });
    const [{ id, position, time, ...event } = assert.fail()] = events;
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.ok(Math.abs(time.getTime() - Date.now()) < 10_000);
    const data = { kid: 'a-key' };
    assert.deepEqual(event, { type: 'identity.key.revoked.v1', subject: 'one', ...cause, data });
    assert.deepEqual([next, more], [position, false]);
  });

  it('takes no event without a transaction, and none that says more than its type has', async () => {
    const before = await end();
    await assert.rejects(append(db as Knex.Transaction, new Date(), anEvent('alone')), TypeError);
    const secret = { ...anEvent('one'), data: { kid: 'a-key', password: 'hunter2' } } as unknown as NewEvent;
    await assert.rejects(appendAlone(db, secret), /password/);
    assert.equal(await end(), before);
  });

  it('[R5] never passes one that commits late, and never shows one that was rolled back', async () => {
    const before = await end();
    const log = followLog(db);
    const slow = await db.transaction();
    await append(slow, new Date(), anEvent('slow'));
    const lost = await db.transaction();
    await append(lost, new Date(), anEvent('lost'));
    await appendAlone(db, anEvent('quick'));
    const first = await log.read({ ...ALL, after: before });
    assert.deepEqual([first.events, first.next], [[], before]);
    await lost.rollback();
    assert.deepEqual((await log.read({ ...ALL, after: before })).events, []);
    await slow.commit();
    assert.deepEqual(
      (await log.read({ ...ALL, after: before })).events.map(({ subject }) => subject),
      ['slow', 'quick'],
    );
  });

  it('waits for nobody who writes to another database of the cluster', async () => {
    const neighbour = await openTestDatabase();
    const long = await neighbour.db.transaction();
    await long.raw('select pg_current_xact_id()');
    const before = await end();
    const log = followLog(db);
    await appendAlone(db, anEvent('beside'));
    // Nothing but what runs in this very moment elsewhere, and has begun to, can still be in the way.
    await until('it is shown', async () => (await log.read({ ...ALL, after: before })).events.length > 0);
    await long.rollback();
    await neighbour.close();
  });

  it('keeps the order of one subject’s changes, whichever transaction was first to begin', async () => {
    const before = await end();
    await db.raw('create table if not exists subject (id int primary key, turn text); insert into subject values (1)');
    const bystander = await db.transaction();
    const [late, early] = [await db.transaction(), await db.transaction()];
    // It has an xid, and so stands before the others in their order.
    await late.raw('select pg_current_xact_id()');
    await bystander.raw('select pg_current_xact_id()');
    await early('subject').update({ turn: 'early' });
    await append(early, new Date(), anEvent('one', 'early'));
    const waits = late('subject')
      .update({ turn: 'late' })
      .then(() => append(late, new Date(), anEvent('one', 'late')));
    await pause(20);
    await early.commit();
    await waits;
    await late.commit();
    const log = followLog(db);
    const seen = [];
    let { events, next } = await log.read({ ...ALL, after: before });
    seen.push(...events);
    await bystander.commit();
    ({ events, next } = await log.read({ ...ALL, after: next }));
    seen.push(...events);
    assert.deepEqual(
      seen.map(({ data }) => data['kid']),
      ['early', 'late'],
    );
  });

  it('shows each event once and in order to whoever follows while several write, wait and roll back', async () => {
    const writer = fc.array(fc.record({ wait: fc.nat(4), events: fc.nat(3), commits: fc.boolean() }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(writer, { minLength: 2, maxLength: 6 }), async (writers) => {
        let [after, writing] = [await end(), true];
        const [log, seen, kept]: [ReturnType<typeof followLog>, string[], string[]] = [followLog(db), [], []];
        const write = async (steps: (typeof writers)[number], name: number) => {
          for (const [turn, { wait, events, commits }] of steps.entries()) {
            const transaction = await db.transaction();
            const told = Array.from({ length: events }, (_, each) => `${name} ${turn} ${each}`);
            await append(transaction, new Date(), ...told.map((subject) => anEvent(subject)));
            await pause(wait);
            await (commits ? transaction.commit() : transaction.rollback());
            if (commits) kept.push(...told);
          }
        };
        const reading = (async () => {
          for (let last = false; !last; ) {
            last = !writing;
            const { events, next } = await log.read({ ...ALL, after, limit: 7 });
            seen.push(...events.map(({ subject }) => subject ?? ''));
            if (next > after) last = false;
            after = next;
          }
        })();
        await Promise.all(writers.map(write));
        writing = false;
        await reading;
        assert.deepEqual([...seen].sort(), [...kept].sort());
        for (const name of writers.keys()) {
          const own = (of: string[]) => of.filter((subject) => subject.startsWith(`${name} `));
          assert.deepEqual(own(seen), own(kept));
        }
      }),
      { numRuns: 8 },
    );
  });

  it('is read by type, and a rare one is found where it stands', async () => {
    const before = await end();
    await appendAlone(db, anEvent('one'), {
      type: 'email.sent.v1',
      subject: 'mail',
      data: { mail_id: '019abf6e-0c3a-7c1e-9d53-6f0b7a52c004', kind: 'x', user_id: null },
    });
    const log = followLog(db);
    const of = async (...types: string[]) =>
      (await log.read({ after: before, limit: 1, types })).events.map(({ subject }) => subject);
    assert.deepEqual(await of('email.*'), ['mail']);
    assert.deepEqual(await of('identity.*', 'email.*'), ['one']);
    assert.deepEqual(await of('candidate.*'), []);
  });

  it('wakes whoever waits when something comes, and not for what was there', async () => {
    const log = followLog(db);
    await log.read({ ...ALL, after: 0 });
    const whole = log.whole();
    let woken = false;
    const waiting = log.grown(whole, 5000, NEVER).then(() => {
      woken = true;
    });
    await pause(30);
    assert.equal(woken, false);
    await appendAlone(db, anEvent('one'));
    log.wake();
    await waiting;
    assert.ok(log.whole() > whole);
    const stop = new AbortController();
    const given = log.grown(log.whole(), 60_000, stop.signal);
    stop.abort();
    await given;
    assert.deepEqual(await subjects(log.whole()), []);
  });

  it('knows where it ends from the first look on, and waits for those who write, but not for ever', async () => {
    const slow = await db.transaction();
    await append(slow, new Date(), anEvent('slow'));
    await appendAlone(db, anEvent('quick'));
    const last = await end();
    const log = followLog(db);
    assert.deepEqual([await log.look(), await log.settled(0)], [0, last]);
    const settled = log.settled(10_000);
    let done = false;
    void settled.then(() => {
      done = true;
    });
    await pause(50);
    assert.equal(done, false);
    await slow.commit();
    assert.equal(await settled, last);
    assert.ok(log.whole() >= last);
  });

  it('lets everybody go when the process is about to end, and keeps nobody from then on', async () => {
    const log = followLog(db);
    await log.look();
    const waiting = [1, 2].map(() => log.grown(log.whole(), 60_000, NEVER));
    log.release();
    await Promise.all([...waiting, log.grown(log.whole(), 60_000, NEVER)]);
    assert.equal(log.released.aborted, true);
  });
});
