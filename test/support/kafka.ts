import { randomUUID } from 'node:crypto';
import { Admin, Consumer, stringDeserializers } from '@platformatic/kafka';
import { KafkaStandIn } from './kafka-stand-in.ts';
import { until } from './until.ts';

/** One topic of a Kafka, and what stands in it. */
export interface Kafka {
  readonly brokers: readonly { readonly host: string; readonly port: number }[];
  readonly topic: string;
  /** Those of a partition in its order. */
  entries(): Promise<KafkaEntry[]>;
  stop(): Promise<void>;
}

export interface KafkaEntry {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** The Kafkas that there are: the stand-in, and with `KAFKA_BROKERS=host:port,…` a real one, by what it is called. */
export function kafkas(): { name: string; start(): Promise<Kafka> }[] {
  const real = process.env['KAFKA_BROKERS'];
  const standIn = { name: 'a stand-in for Kafka', start: () => new KafkaStandIn('gatehouse.events', {}).listen() };
  if (!real) return [standIn];
  return [standIn, { name: `Kafka at ${real}`, start: () => startTopic(real.split(',')) }];
}

/** A topic of its own at a real Kafka, of three partitions, which takes batches of 16 KiB at most. */
async function startTopic(brokers: string[]): Promise<Kafka> {
  const client = { clientId: 'gatehouse-tests', bootstrapBrokers: brokers };
  const topic = `gatehouse.tests.${randomUUID()}`;
  const admin = new Admin(client);
  const configs = [{ name: 'max.message.bytes', value: String(16 * 1024) }];
  await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1, configs });
  // Who is asked, and who leads it, hear of it a moment later.
  const isThere = () =>
    readAll(client, topic).then(
      () => true,
      () => false,
    );
  await until('the topic', isThere);
  return {
    brokers: brokers.map((text) => ({ host: text.split(':')[0] ?? '', port: Number(text.split(':')[1]) })),
    topic,
    entries: () => readAll(client, topic),
    async stop() {
      await admin.deleteTopics({ topics: [topic] });
      await admin.close();
    },
  };
}

/** Reads a topic from its beginning to where it ends now. */
async function readAll(client: { clientId: string; bootstrapBrokers: string[] }, topic: string): Promise<KafkaEntry[]> {
  const consumer = new Consumer({ ...client, groupId: randomUUID(), deserializers: stringDeserializers });
  try {
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
    const wanted = ends.reduce((sum, end) => sum + Number(end), 0);
    if (wanted === 0) return [];
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    const found: KafkaEntry[] = [];
    for await (const { partition, key, value, headers } of stream) {
      found.push({ partition, key, value, headers: Object.fromEntries(headers) });
      if (found.length >= wanted) break;
    }
    return found;
  } finally {
    await consumer.close(true);
  }
}
