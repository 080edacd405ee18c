import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { kafkaSink } from '../../../adapters/sinks/kafka.ts';
import {
  type BatchSink,
  declareSinks,
  dropDeadLetters,
  followLog,
  listDeadLetters,
  listSinks,
  measureSinks,
  retryDeadLetters,
  startRelay,
} from '../../../src/events/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openTestDatabase } from '../../support/database.ts';
import { anEvent, appendAlone, loggedEvents } from '../../support/events.ts';
import { ERROR } from '../../support/kafka-log.ts';
import { KafkaStandIn } from '../../support/kafka-stand-in.ts';
import { until } from '../../support/until.ts';

describe('relaying to Kafka', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let kafka: KafkaStandIn;
  let stop: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  beforeEach(async () => {
    kafka = await new KafkaStandIn('gatehouse.events', {}).listen();
  });
  afterEach(async () => {
    await stop();
    await kafka.stop();
  });
  after(() => close());

  let sinks = 0;
  let results: string[] = [];
  const relay = async (sink: BatchSink) => {
    const log = followLog(db);
    await declareSinks(db, [sink.name], await log.look());
    const onResult = (_: string, result: string, events: number) => results.push(`${events} ${result}`);
    const parts = { db, clock: systemClock, log, issuer: 'https://id.example.com', lease: 600, onResult };
    results = [];
    const started = startRelay(parts, [sink]);
    stop = async () => {
      await started.stop();
      await sink.close();
    };
  };
  const sinkFor = (on_dead_letter: 'skip' | 'block', name = `kafka-${++sinks}`) => {
    const { brokers, topic } = kafka;
    const declared = { brokers, topic, tls: undefined, sasl: undefined, on_dead_letter };
    return kafkaSink({ name, type: 'kafka', types: ['*'], ...declared });
  };

  /** What stands in the topic, `subject kid`, by subject. */
  const told = () => {
    const events = kafka.log.entries().map(({ value }) => JSON.parse(value));
    return events.map(({ subject, data }) => `${subject} ${data.kid}`);
  };
  const of = (subject: string) => told().filter((each) => each.startsWith(`${subject} `));
  const numbered = (subject: string, count: number, from = 0) =>
    Array.from({ length: count }, (_, at) => `${subject} ${at + from}`);
  const stateOf = async (name: string) => (await listSinks(db)).find((sink) => sink.name === name) ?? assert.fail();
  const isPoison = (value: string) => value.includes('"poison"');
  const deadOf = (sink: BatchSink) => listDeadLetters(db, { sink: sink.name, after: -1, limit: 10 });

  it('brings each subject’s events in order, in few requests, and the cursor behind them', async () => {
    const sink = sinkFor('skip');
    await relay(sink);
    const events = Array.from({ length: 600 }, (_, at) => anEvent(`s${at % 3}`, `${Math.floor(at / 3)}`));
    await appendAlone(db, ...events);
    await until('all of it', () => told().length >= 600);
    for (const subject of ['s0', 's1', 's2']) assert.deepEqual(of(subject), numbered(subject, 200));
    assert.ok(kafka.produced <= 4, `${kafka.produced} requests`);
    const last = (await loggedEvents(db)).at(-1)?.['position'];
    await until('the cursor', async () => (await stateOf(sink.name)).position === last);
  });

  it('goes on where it was when it is started again', async () => {
    const sink = sinkFor('skip');
    await relay(sink);
    await appendAlone(db, anEvent('a', '0'));
    await until('the first', () => told().length === 1);
    await stop();
    await appendAlone(db, anEvent('a', '1'));
    await relay(sinkFor('skip', sink.name));
    await until('the second', () => told().length === 2);
    assert.deepEqual(of('a'), numbered('a', 2));
  });

  it('sends a batch again whose connection broke before the answer, and nothing stands there twice', async () => {
    const sink = sinkFor('skip');
    await relay(sink);
    kafka.next('lose', 'close', 'lose', 'take');
    for (let at = 0; at < 5; at += 1) await appendAlone(db, anEvent('a', `${2 * at}`), anEvent('a', `${2 * at + 1}`));
    await until('all of it', () => kafka.produced >= 4 && of('a').length >= 10);
    assert.deepEqual(of('a'), numbered('a', 10));
    await until('well', async () => (await stateOf(sink.name)).state === 'ok');
    assert.equal((await stateOf(sink.name)).lastError, 'Connection closed');
  });

  it('lays aside the one that is refused of a batch, and others go on, its subject’s too', async () => {
    kafka.log.isTooLarge = isPoison;
    const sink = sinkFor('skip');
    const events = [...Array(99).keys()].map((at) => anEvent(`s${at % 3}`, `${Math.floor(at / 3)}`));
    events.splice(50, 0, anEvent('s1', 'poison'));
    await relay(sink);
    await appendAlone(db, ...events);
    await until('the others', () => new Set(told()).size === 99);
    for (const subject of ['s0', 's1', 's2']) {
      // Those of a batch that were in another partition came again, with all behind them.
      const seen = [...new Set(of(subject))];
      assert.deepEqual(seen, numbered(subject, 33));
    }
    const measured = async () => (await measureSinks(db)).find((each) => each.sink === sink.name);
    // The topic has the last of them before the cursor is behind it.
    await until('all is settled', async () => (await measured())?.backlog === 0);
    const [letter = assert.fail(), ...more] = await deadOf(sink);
    assert.deepEqual(more, []);
    assert.deepEqual([letter.subject, letter.attempts], ['s1', 1]);
    assert.match(letter.lastError, /^MESSAGE_TOO_LARGE: /);
    assert.equal(results.filter((result) => result === '1 dead').length, 1);
    assert.equal((await measured())?.dead, 1);
  });

  for (const [what, act] of [
    ['retried, and taken', retryDeadLetters],
    ['dropped', dropDeadLetters],
  ] as const) {
    it(`holds back the subject of what is refused where it is told to, until that is ${what}`, async () => {
      kafka.log.isTooLarge = isPoison;
      const sink = sinkFor('block');
      await relay(sink);
      await appendAlone(db, anEvent('a', '0'), anEvent('a', 'poison'), anEvent('a', '1'), anEvent('b', '0'));
      await until('dead', async () => (await deadOf(sink)).length === 1);
      await appendAlone(db, anEvent('a', '2'), anEvent('b', '1'));
      await until('the others', () => of('b').length >= 2);
      assert.deepEqual([...new Set(of('a'))], ['a 0']);
      kafka.log.isTooLarge = () => false;
      assert.equal(await act(db, sink.name), 1);
      await until('its subject', () => of('a').at(-1) === 'a 2');
      const poison = act === retryDeadLetters ? ['a poison'] : [];
      assert.deepEqual([...new Set(of('a'))], ['a 0', ...poison, 'a 1', 'a 2']);
      await until('none is left', async () => (await db('event_deliveries').where({ sink: sink.name })).length === 0);
    });
  }

  it('gives up again what is retried in vain, and tries it no more', async () => {
    kafka.log.isTooLarge = isPoison;
    const sink = sinkFor('skip');
    await relay(sink);
    await appendAlone(db, anEvent('a', 'poison'));
    await until('dead', async () => (await deadOf(sink)).length === 1);
    await retryDeadLetters(db, sink.name);
    // Whoever waits for something new looks at what is to be retried as well.
    await appendAlone(db, anEvent('a', '0'));
    await until('dead again', () => results.filter((result) => result === '1 dead').length === 2);
    await until('both are settled', async () => of('a').length === 1 && (await deadOf(sink)).length === 1);
    assert.equal((await deadOf(sink))[0]?.attempts, 1);
    assert.equal(kafka.produced, 3);
  });

  it('waits for what concerns the whole topic, says so, and gives nothing up', async () => {
    const sink = sinkFor('skip');
    await relay(sink);
    kafka.next(ERROR.TOPIC_AUTHORIZATION_FAILED, ERROR.TOPIC_AUTHORIZATION_FAILED, 'take');
    await appendAlone(db, anEvent('a', '0'), anEvent('a', '1'));
    const failing = await until('failing', async () => {
      const state = await stateOf(sink.name);
      return state.state === 'failing' && state;
    });
    assert.match(failing.lastError ?? '', /^TOPIC_AUTHORIZATION_FAILED: /);
    await until('both', () => of('a').length === 2);
    assert.deepEqual([of('a'), await deadOf(sink)], [numbered('a', 2), []]);
  });
});
