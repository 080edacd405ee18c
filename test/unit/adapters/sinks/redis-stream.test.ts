import assert from 'node:assert/strict';
import { createClient } from 'redis';
import { redisStreamSink } from '../../../../adapters/sinks/redis-stream.ts';
import type { CloudEvent, TogetherSink } from '../../../../src/events/index.ts';
import { newId } from '../../../../src/kernel/ids.ts';
import { type RedisNode, startRedis } from '../../../support/redis.ts';
import { installTimeout } from '../../../support/system.ts';

const anEvent = (sequence: number): CloudEvent => ({
  specversion: '1.0',
  id: newId(),
  source: 'https://id.example.com',
  type: 'identity.user.deleted.v1',
  subject: 'somebody',
  time: '2026-11-26T09:00:00.000Z',
  datacontenttype: 'application/json',
  sequence: String(sequence),
  data: { user_id: 'somebody' },
});

describe('a Redis stream', function () {
  this.timeout(installTimeout);
  let redis: RedisNode;
  let client: ReturnType<typeof createClient>;
  let sink: TogetherSink;
  before(async () => {
    redis = await startRedis();
    client = createClient({ url: redis.url });
    await client.connect();
  });
  beforeEach(async () => {
    await client.flushAll();
    sink = sinkTo();
  });
  afterEach(() => sink.close());
  after(async () => {
    await client.close();
    await redis.stop();
  });

  const sinkTo = (max_length = 1_000_000, url = redis.url) =>
    redisStreamSink({ name: 'bus', type: 'redis-stream', types: ['*'], urls: [url], stream: 'events', max_length });
  const entries = async () => (await client.xRange('events', '-', '+')) ?? [];

  it('gets a batch in order, each with its id and as a CloudEvent', async () => {
    const events = Array.from({ length: 500 }, (_, at) => anEvent(at));
    await sink.deliver(events);
    const found = await entries();
    assert.deepEqual(
      found.map(({ message }) => message['id']),
      events.map(({ id }) => id),
    );
    assert.deepEqual(JSON.parse(found[7]?.message['event'] ?? ''), events[7]);
  });

  it('is capped, about', async () => {
    await sink.close();
    sink = sinkTo(100);
    for (let batch = 0; batch < 10; batch += 1) await sink.deliver(Array.from({ length: 100 }, (_, at) => anEvent(at)));
    assert.ok((await client.xLen('events')) < 300);
  });

  it('has taken nothing when it refuses: another kind of key stands there, or there is no room', async () => {
    await client.set('events', 'a text');
    await assert.rejects(sink.deliver([anEvent(1)]), /WRONGTYPE/);
    await client.del('events');
    await client.configSet('maxmemory', '1');
    await assert.rejects(sink.deliver([anEvent(1), anEvent(2)]), /OOM/);
    await client.configSet('maxmemory', '0');
    assert.equal(await client.xLen('events'), 0);
    await sink.deliver([anEvent(1)]);
    assert.equal(await client.xLen('events'), 1);
  });

  it('that nobody answers at is told, and reached when it is there', async () => {
    const nowhere = sinkTo(1, 'redis://127.0.0.1:1');
    await assert.rejects(nowhere.deliver([anEvent(1)]), /cannot reach Redis at 127\.0\.0\.1:1/);
    await nowhere.close();
  });
});
