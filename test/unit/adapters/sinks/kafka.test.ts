import assert from 'node:assert/strict';
import { kafkaSink } from '../../../../adapters/sinks/kafka.ts';
import type { KafkaSink } from '../../../../src/config/index.ts';
import { type BatchSink, type CloudEvent, Refused } from '../../../../src/events/index.ts';
import { newId } from '../../../../src/kernel/ids.ts';
import { type Kafka, kafkas } from '../../../support/kafka.ts';
import { ERROR } from '../../../support/kafka-log.ts';
import { type Fate, KafkaStandIn } from '../../../support/kafka-stand-in.ts';
import { selfSigned } from '../../../support/self-signed.ts';
import { until } from '../../../support/until.ts';

const anEvent = (subject?: string, kid = 'a-key'): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: 'https://id.example.com',
  type: 'identity.key.revoked.v1',
  ...(subject === undefined ? {} : { subject }),
  time: '2026-11-26T09:00:00.000Z',
  datacontenttype: 'application/json',
  sequence: '7',
  correlationid: 'a-request',
  data: { kid },
});

const sinks: BatchSink[] = [];
const sinkTo = (
  { brokers, topic }: Pick<Kafka, 'brokers' | 'topic'>,
  more: Partial<KafkaSink> = {},
  patience = 10_000,
): BatchSink => {
  const declared = { brokers, topic, on_dead_letter: 'skip', tls: undefined, sasl: undefined } as const;
  const sink = kafkaSink({ name: 'bus', type: 'kafka', types: ['*'], ...declared, ...more }, patience);
  sinks.push(sink);
  return sink;
};
const closeSinks = () => Promise.all(sinks.splice(0).map((sink) => sink.close()));

const idsIn = async (kafka: Kafka) => (await kafka.entries()).map(({ value }) => JSON.parse(value).id);
const idsOf = (events: readonly CloudEvent[]) => events.map(({ id }) => id);

for (const { name, start } of kafkas()) {
  describe(name, () => {
    let kafka: Kafka;
    beforeEach(async () => {
      kafka = await start();
    });
    afterEach(async () => {
      await closeSinks();
      await kafka.stop();
    });

    it('gets each event as a CloudEvent under its subject, those of one in one partition and in order', async () => {
      const sink = sinkTo(kafka);
      const subjects = [
        '019abf6e-0c3a-7c1e-9d53-6f0b7a52c001',
        '019abf6e-0c3a-7c1e-9d53-6f0b7a52c002',
        'somebody',
        'a',
      ];
      const events = Array.from({ length: 40 }, (_, at) => anEvent(subjects[at % 4], `${at}`));
      for (let at = 0; at < events.length; at += 8) await sink.deliver(events.slice(at, at + 8));
      const entries = await kafka.entries();
      for (const subject of subjects) {
        const own = entries.filter(({ key }) => key === subject);
        const sent = events.filter((event) => event.subject === subject);
        assert.deepEqual(
          own.map(({ value }) => JSON.parse(value)),
          sent,
        );
        assert.equal(new Set(own.map(({ partition }) => partition)).size, 1);
      }
      // Where Java's clients put these keys among three.
      const placed = Object.fromEntries(entries.map(({ key, partition }) => [key, partition]));
      assert.deepEqual(
        subjects.map((subject) => placed[subject]),
        [0, 0, 2, 1],
      );
      const headers = {
        'content-type': 'application/cloudevents+json; charset=UTF-8',
        'x-correlation-id': 'a-request',
      };
      assert.deepEqual(entries[0]?.headers, headers);
    });

    it('gets what has no subject under its id', async () => {
      const event = anEvent();
      await sinkTo(kafka).deliver([event]);
      assert.deepEqual(
        (await kafka.entries()).map(({ key }) => key),
        [event.id],
      );
    });

    it('refuses what is too large for good, and takes what comes after it', async () => {
      if (kafka instanceof KafkaStandIn) kafka.log.isTooLarge = (value) => value.length > 16_384;
      const sink = sinkTo(kafka);
      const [before, large, after] = [anEvent('a'), anEvent('a', 'x'.repeat(20_000)), anEvent('a')];
      await sink.deliver([before]);
      await assert.rejects(
        sink.deliver([large]),
        (error) => error instanceof Refused && /TOO_LARGE/.test(error.message),
      );
      await sink.deliver([after]);
      assert.deepEqual(await idsIn(kafka), idsOf([before, after]));
    });

    it('is told of a topic that there is not, which is made by nobody', async () => {
      const elsewhere = sinkTo({ ...kafka, brokers: kafka.brokers, topic: 'not.there' });
      await assert.rejects(elsewhere.deliver([anEvent('a')]), (error: Error) => {
        assert.ok(!(error instanceof Refused), 'it may be made, and then takes everything');
        return /not\.there/.test(error.message);
      });
    });
  });
}

describe('a Kafka sink', () => {
  let kafka: KafkaStandIn;
  let sink: BatchSink;
  beforeEach(async () => {
    kafka = await new KafkaStandIn('gatehouse.events', {}).listen();
    sink = sinkTo(kafka);
  });
  afterEach(async () => {
    await closeSinks();
    await kafka.stop();
  });

  for (const [what, problem, fates] of [
    ['is cut off before it was taken', /^Connection closed$/, ['close']],
    ['is cut off after it was taken', /^Connection closed$/, ['lose']],
    ['has an answer that cannot be read', /^answered what cannot be read/, ['garble']],
    // The library asks once by itself who does.
    [
      'is answered that another leads',
      /^NOT_LEADER_OR_FOLLOWER: /,
      [ERROR.NOT_LEADER_OR_FOLLOWER, ERROR.NOT_LEADER_OR_FOLLOWER],
    ],
  ] as [string, RegExp, Fate[]][]) {
    it(`whose batch ${what} sends it again: it stands there once, and in order`, async () => {
      const batches = [0, 1, 2].map((at) => [
        anEvent('a', `${at}`),
        anEvent('somebody', `${at}`),
        anEvent('a', `${at}`),
      ]);
      const [first = [], second = [], third = []] = batches;
      await sink.deliver(first);
      kafka.next(...fates, 'take');
      await assert.rejects(
        sink.deliver(second),
        (error: Error) => !(error instanceof Refused) && problem.test(error.message),
      );
      await sink.deliver(second);
      await sink.deliver(third);
      const isFor = (key: string) => (event: CloudEvent) => event.subject === key;
      for (const key of ['a', 'somebody']) {
        const own = (await kafka.entries()).filter((entry) => entry.key === key);
        assert.deepEqual(
          own.map(({ value }) => JSON.parse(value)),
          batches.flat().filter(isFor(key)),
        );
      }
    });
  }

  it('that does not know what became of a batch sends another under other numbers: Kafka would take it for the first', async () => {
    const [lost, others] = [
      [anEvent('a'), anEvent('a')],
      [anEvent('a'), anEvent('a')],
    ];
    kafka.next('lose', 'take');
    await assert.rejects(sink.deliver(lost), /Connection closed/);
    await sink.deliver(others);
    assert.deepEqual(await idsIn(kafka), idsOf([...lost, ...others]));
  });

  it('does the same when the topic has more partitions than before', async () => {
    const events = Array.from({ length: 30 }, (_, at) => anEvent(`s${at}`));
    kafka.next('lose', 'take');
    await assert.rejects(sink.deliver(events), /Connection closed/);
    kafka.log.partitions = 7;
    await sink.deliver(events);
    const ids = await idsIn(kafka);
    assert.equal(ids.length, 60);
    assert.deepEqual(new Set(ids), new Set(idsOf(events)));
  });

  it('begins anew where the broker has lost count', async () => {
    await sink.deliver([anEvent('a')]);
    kafka.log.loseCount();
    const event = anEvent('a');
    await assert.rejects(sink.deliver([event]), /OUT_OF_ORDER_SEQUENCE_NUMBER/);
    await sink.deliver([event]);
    assert.equal((await kafka.entries()).length, 2);
  });

  it('waits for leave to write to the topic: no event is at fault', async () => {
    kafka.next(ERROR.TOPIC_AUTHORIZATION_FAILED, 'take');
    const denied = (error: unknown) => !(error instanceof Refused) && /TOPIC_AUTHORIZATION_FAILED/.test(String(error));
    await assert.rejects(sink.deliver([anEvent('a')]), denied);
    await sink.deliver([anEvent('a')]);
  });

  it('does not wait for ever for a broker that hangs, and goes on when it answers', async () => {
    const event = anEvent('a');
    const hasty = sinkTo(kafka, {}, 300);
    kafka.next('hang', 'take');
    await assert.rejects(hasty.deliver([event]), /did not answer within 0\.3 s/);
    await hasty.deliver([event]);
    assert.deepEqual(await idsIn(kafka), [event.id]);
  });

  it('does not wait either for one that does not even read', async () => {
    const hasty = sinkTo(kafka, {}, 300);
    await hasty.deliver([anEvent('a')]);
    kafka.deafen();
    const large = anEvent('a', 'x'.repeat(2 ** 24));
    await assert.rejects(hasty.deliver([large]), /did not answer/);
    await hasty.deliver([anEvent('a')]);
    assert.equal((await kafka.entries()).length, 2);
  });

  it('says where nobody answers, by the reason alone', async () => {
    const nowhere = sinkTo({ brokers: [{ host: '127.0.0.1', port: 1 }], topic: 'gatehouse.events' });
    await assert.rejects(nowhere.deliver([anEvent('a')]), { message: 'connect ECONNREFUSED 127.0.0.1:1' });
  });

  it('leaves nothing open when it is closed, also with a batch under way', async () => {
    await sink.deliver([anEvent('a')]);
    kafka.next('hang');
    const under = sink.deliver([anEvent('a')]).catch(({ message }: Error) => message);
    await until('it is under way', () => kafka.produced === 2);
    await sink.close();
    assert.equal(await under, 'Connection closed');
    await until('they are closed', () => kafka.connections === 0);
  });
});

describe('a Kafka sink that is turned away', () => {
  it('says so, whichever way the connection ends, and nothing else ends with it', async () => {
    const kafka = await new KafkaStandIn('gatehouse.events', { password: 'right' }).listen();
    const sasl = { mechanism: 'PLAIN', username: 'gatehouse', password: 'wr0ng' } as const;
    for (let tries = 0; tries < 3; tries += 1) {
      const turnedAway = { message: 'SASL_AUTHENTICATION_FAILED: Authentication failed' };
      await assert.rejects(sinkTo(kafka, { sasl }).deliver([anEvent('a')]), turnedAway);
    }
    await until('they are closed', () => kafka.connections === 0);
    await closeSinks();
    await kafka.stop();
  });
});

describe('a Kafka sink over TLS, by a name and a password', () => {
  let kafka: KafkaStandIn;
  let ca: string;
  before(async () => {
    const { certificate, key } = await selfSigned();
    ca = certificate;
    kafka = await new KafkaStandIn('gatehouse.events', { tls: { key, cert: certificate }, password: 'right' }).listen();
  });
  afterEach(() => closeSinks());
  after(() => kafka.stop());

  const sasl = (password: string) => ({ mechanism: 'PLAIN', username: 'gatehouse', password }) as const;

  it('delivers', async () => {
    await sinkTo(kafka, { tls: { ca }, sasl: sasl('right') }).deliver([anEvent('a')]);
    assert.equal((await kafka.entries()).length, 1);
  });

  it('trusts no certificate that nobody vouches for, and tells a password to nobody without TLS', async () => {
    const stranger = sinkTo(kafka, { tls: { ca: undefined }, sasl: sasl('right') });
    await assert.rejects(stranger.deliver([anEvent('a')]), /self-signed certificate/);
    const plain = sinkTo(kafka, { sasl: sasl('right') });
    await assert.rejects(plain.deliver([anEvent('a')]));
    assert.equal((await kafka.entries()).length, 1);
  });
});
