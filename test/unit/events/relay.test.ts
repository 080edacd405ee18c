import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import {
  type CloudEvent,
  declareSinks,
  type EachSink,
  followLog,
  listSinks,
  type Sink,
  setCursor,
  startRelay,
  type TogetherSink,
} from '../../../src/events/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openTestDatabase } from '../../support/database.ts';
import { anEvent, appendAlone, loggedEvents } from '../../support/events.ts';
import { inOwnCluster } from '../../support/own-cluster.ts';
import { until } from '../../support/until.ts';

const LEASE = 600;

describe('relaying', () => {
  inOwnCluster();
  let db: Knex;
  let close: () => Promise<void>;
  const relays: { stop(): Promise<void> }[] = [];
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  });
  after(() => close());

  let sinks = 0;
  /** Takes what comes, and can be told not to. */
  function recorder(types = ['*']) {
    const state = { taken: [] as CloudEvent[], refuses: (_: CloudEvent) => false, calls: 0 };
    const take = (event: CloudEvent) => {
      state.calls += 1;
      if (state.refuses(event)) throw new Error('answered 500');
      state.taken.push(event);
    };
    sinks += 1;
    const named = { name: `sink-${sinks}`, types, close: async () => undefined };
    const together: TogetherSink = {
      ...named,
      takes: 'together',
      deliver: async (events) => {
        if (events.some(state.refuses)) throw new Error('answered 500');
        events.map(take);
      },
    };
    const each = (more: Partial<EachSink> = {}): EachSink => ({
      ...named,
      takes: 'each',
      onDeadLetter: 'skip',
      giveUpAfter: 86_400,
      deliver: async (event) => take(event),
      ...more,
    });
    return {
      state,
      together,
      each,
      subjects: () => state.taken.map(({ subject, data }) => `${subject} ${data['kid']}`),
    };
  }

  const relay = async (...to: Sink[]) => {
    const log = followLog(db);
    await declareSinks(
      db,
      to.map(({ name }) => name),
      await log.look(),
    );
    const started = startRelay({ db, clock: systemClock, log, issuer: 'https://id.example.com', lease: LEASE }, to);
    relays.push(started);
    return started;
  };
  const stateOf = async (name: string) => (await listSinks(db)).find((sink) => sink.name === name) ?? assert.fail();

  it('delivers what comes from now on, in order, as CloudEvents, and of the types that are wanted', async () => {
    await appendAlone(db, anEvent('earlier'));
    const [all, some] = [recorder(), recorder(['identity.key.*'])];
    const none = recorder(['candidate.*']);
    await relay(all.together, some.each(), none.together);
    for (let at = 0; at < 20; at += 1) await appendAlone(db, anEvent(`s${at % 3}`, `${at}`));
    const expected = Array.from({ length: 20 }, (_, at) => `s${at % 3} ${at}`);
    await until('all of it', () => all.state.taken.length >= 20 && some.state.taken.length >= 20);
    assert.deepEqual(all.subjects(), expected);
    for (const subject of ['s0', 's1', 's2']) {
      const own = (told: string[]) => told.filter((each) => each.startsWith(subject));
      assert.deepEqual(own(some.subjects()), own(expected));
    }
    assert.equal(all.state.taken[0]?.source, 'https://id.example.com');
    assert.deepEqual(none.state.taken, []);
    await until(
      'the cursor',
      async () => (await stateOf(all.together.name)).position === (await loggedEvents(db)).at(-1)?.['position'],
    );
  });

  it('goes on where it was when it is started again', async () => {
    const { together, subjects, state } = recorder();
    const first = await relay(together);
    await appendAlone(db, anEvent('one'));
    await until('the first', () => state.taken.length === 1);
    await first.stop();
    await appendAlone(db, anEvent('two'));
    await relay(together);
    await until('the second', () => state.taken.length === 2);
    assert.deepEqual(subjects(), ['one a-key', 'two a-key']);
  });

  it('waits for a stream that is away, says so, and goes on where it was', async () => {
    const { together, state, subjects } = recorder();
    state.refuses = () => true;
    await relay(together);
    await appendAlone(db, anEvent('one'), anEvent('two'));
    const failing = await until(
      'failing',
      async () => (await stateOf(together.name)).state === 'failing' && stateOf(together.name),
    );
    assert.match(failing.lastError ?? '', /answered 500/);
    assert.ok(failing.failingSince);
    state.refuses = () => false;
    await until('both', () => state.taken.length === 2);
    assert.deepEqual(subjects(), ['one a-key', 'two a-key']);
    await until('well', async () => (await stateOf(together.name)).state === 'ok');
  });

  it('[R4] lays a poison event aside with those of its subject, and others go on; given up, its subject goes on', async () => {
    const { each, state, subjects } = recorder();
    state.refuses = ({ data }) => data['kid'] === 'poison';
    const sink = each({ giveUpAfter: 1 });
    await relay(sink);
    await appendAlone(db, anEvent('a', '1'), anEvent('a', 'poison'), anEvent('a', '2'), anEvent('b', '1'));
    await appendAlone(db, anEvent('b', '2'));
    await until('the others', () => state.taken.length === 3);
    assert.deepEqual(subjects().sort(), ['a 1', 'b 1', 'b 2']);
    await until('its subject', () => state.taken.length === 4);
    assert.equal(subjects().at(-1), 'a 2');
    // What was taken is noted a moment later.
    const laidAside = () => db('event_deliveries').where({ sink: sink.name });
    await until('one is left', async () => (await laidAside()).length === 1);
    const [dead] = await laidAside();
    assert.deepEqual([dead.state, dead.last_error, dead.subject], ['dead', 'answered 500', 'a']);
    assert.ok(dead.attempts >= 2);
  });

  it('holds the subject of a dead letter back where it is told to, until somebody retries it', async () => {
    const { each, state, subjects } = recorder();
    state.refuses = ({ data }) => data['kid'] === 'poison';
    const sink = each({ giveUpAfter: 1, onDeadLetter: 'block' });
    await relay(sink);
    await appendAlone(db, anEvent('a', 'poison'), anEvent('a', '2'), anEvent('b', '1'));
    await until(
      'dead',
      async () => (await db('event_deliveries').where({ sink: sink.name, state: 'dead' })).length === 1,
    );
    await appendAlone(db, anEvent('a', '3'), anEvent('b', '2'));
    await until('the others', () => state.taken.length === 2);
    assert.deepEqual(subjects(), ['b 1', 'b 2']);
    state.refuses = () => false;
    await db('event_deliveries')
      .where({ sink: sink.name, state: 'dead' })
      .update({ state: 'waiting', next_try_at: new Date() });
    await until('its subject', () => state.taken.length === 5);
    assert.deepEqual(
      subjects().filter((told) => told.startsWith('a')),
      ['a poison', 'a 2', 'a 3'],
    );
  });

  it('[R6] holds little of a sink that is away, and everything comes in order when it is back', async () => {
    const { each, state, subjects } = recorder();
    state.refuses = () => true;
    const sink = each();
    await relay(sink);
    const expected: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const events = Array.from({ length: 100 }, (_, at) => anEvent(`s${at}`, `${round}`));
      expected.push(...events.map(({ subject }) => `${subject} ${round}`));
      await appendAlone(db, ...events);
    }
    const waiting = async () =>
      Number((await db('event_deliveries').where({ sink: sink.name }).count().first())?.['count']);
    await until('enough', async () => (await waiting()) >= 100);
    assert.ok((await waiting()) < 200);
    state.refuses = () => false;
    await until('all of them', () => state.taken.length >= 400);
    assert.deepEqual([...new Set(subjects())].sort(), expected.sort());
    for (let at = 0; at < 100; at += 1) {
      const own = state.taken.filter(({ subject }) => subject === `s${at}`).map(({ data }) => data['kid']);
      assert.deepEqual(own, ['0', '1', '2', '3']);
    }
  });

  it('[R4] is one relay for each sink of several nodes, and another takes over from one that is gone', async () => {
    const { together, state } = recorder();
    const nodes = [await relay(together), await relay(together), await relay(together)];
    for (let at = 0; at < 30; at += 1) await appendAlone(db, anEvent('one', `${at}`));
    await until('all of it', () => state.taken.length >= 30);
    assert.equal(new Set(state.taken.map(({ id }) => id)).size, 30);
    assert.equal(state.taken.length, 30, 'none twice');
    // As a process leaves it that was killed.
    await db('event_sinks')
      .where({ name: together.name })
      .update({ leased_by: 'a dead one', leased_until: db.raw(`now() + interval '1 second'`) });
    await until('taken over', async () => (await stateOf(together.name)).leasedBy !== 'a dead one');
    await appendAlone(db, anEvent('one', 'after'));
    await until('delivered', () => state.taken.some(({ data }) => data['kid'] === 'after'));
    await Promise.all(nodes.map((node) => node.stop()));
    assert.equal((await stateOf(together.name)).leasedBy, undefined);
  });

  it('is sent back by an operator, and delivers again under the same ids', async () => {
    const { together, state } = recorder();
    await relay(together);
    const from = (await stateOf(together.name)).position;
    await appendAlone(db, anEvent('one'), anEvent('two'));
    await until('both', () => state.taken.length === 2);
    await until('the cursor', async () => (await stateOf(together.name)).position > from);
    assert.equal(await setCursor(db, together.name, from), true);
    await until('both again', () => state.taken.length === 4);
    const ids = state.taken.map(({ id }) => id);
    assert.deepEqual(ids.slice(2), ids.slice(0, 2));
    assert.equal(await setCursor(db, 'nobody', 0), false);
  });
});
