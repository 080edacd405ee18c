import { isIP } from 'node:net';
import type { Producer, ProducerOptions } from '@platformatic/kafka';
import type { KafkaSink } from '../../src/config/index.ts';
import type { BatchSink, CloudEvent } from '../../src/events/index.ts';
import { failureOf, isFinal } from './kafka-errors.ts';

/** Milliseconds that a batch may take, and a connection. */
const [PATIENCE, CONNECT] = [10_000, 5000];

type TextProducer = Producer<string, string, string, string>;

/**
 * Produces each event as CloudEvents' binding for Kafka has it in structured mode, under its subject as the key: what is of one
 * subject is in one partition, in order. Every replica in sync has it before it counts as taken. It is connected to when
 * there is something to deliver, so that no server waits for it to start; so long the library is not loaded either.
 */
export function kafkaSink(declared: KafkaSink, patience = PATIENCE): BatchSink {
  const { name, types, on_dead_letter: onDeadLetter, topic } = declared;
  let producer: TextProducer | undefined;
  // The broker knows a batch that it has by the producer and its numbers: the numbers are used again for that batch alone.
  let unsure: string | undefined;

  const giveUp = async () => {
    const old = producer;
    [producer, unsure] = [undefined, undefined];
    await hangUp(old);
    await old?.close();
  };
  const produce = async (events: readonly CloudEvent[], late: AbortSignal) => {
    producer ??= await open(declared);
    const { topics } = await producer.metadata({ topics: [topic] });
    const batch = [topics.get(topic)?.partitionsCount, ...events.map(({ id }) => id)].join(' ');
    if (unsure !== undefined && unsure !== batch) {
      await giveUp();
      producer = await open(declared);
    }
    late.throwIfAborted();
    unsure = batch;
    await producer.send({ messages: events.map((event) => messageOf(event, topic)) });
    unsure = undefined;
  };
  return {
    name,
    types,
    takes: 'batches',
    onDeadLetter,
    async deliver(events) {
      try {
        await inTime(patience, (late) => produce(events, late));
      } catch (error) {
        await (isFinal(error) ? giveUp() : hangUp(producer));
        throw failureOf(error);
      }
    },
    close: giveUp,
  };
}

/** CloudEvents Kafka binding §3.3. What has no subject is by itself, and keyed all the same: some topics ask for a key. */
function messageOf(event: CloudEvent, topic: string) {
  const headers = {
    'content-type': 'application/cloudevents+json; charset=UTF-8',
    ...(event.correlationid === undefined ? {} : { 'x-correlation-id': event.correlationid }),
  };
  return { topic, key: event.subject ?? event.id, value: JSON.stringify(event), headers };
}

async function open({ brokers, tls, sasl }: KafkaSink): Promise<TextProducer> {
  const { Producer, compatibilityPartitioner, stringSerializers } = await import('@platformatic/kafka');
  const options: ProducerOptions<string, string, string, string> = {
    clientId: 'gatehouse',
    bootstrapBrokers: [...brokers],
    idempotent: true,
    // The relay tries again: it knows for how long, and tells operators.
    retries: false,
    ...{ connectTimeout: CONNECT, requestTimeout: PATIENCE, timeout: PATIENCE },
    serializers: stringSerializers,
    // Where other clients put a key, too.
    partitioner: compatibilityPartitioner,
    ...(tls && {
      tls: tls.ca === undefined ? {} : { ca: tls.ca },
      // RFC 6066 §3: a name, never an address. Without one the certificate is held against the address all the same.
      tlsServerName: !brokers.some(({ host }) => isIP(host)),
    }),
    ...(sasl && { sasl }),
  };
  const producer = new Producer(options);
  // A second error of one connection has no listener of the library's, and would end the process.
  producer.connections.on('connecting', ({ connection }) => void connection.on('error', () => undefined));
  return producer;
}

/** Nothing is expected on the old connections any more: what is still under way there fails at once. */
async function hangUp(producer: TextProducer | undefined): Promise<void> {
  producer?.clearMetadata();
  const closing = [...(producer?.connections ?? [])].map(([, connection]) => {
    const closed = connection.close();
    // By itself it would wait until everything is written, to a broker that may not read.
    connection.socket?.destroy();
    return closed;
  });
  await Promise.all(closing);
}

/** What comes later may still have been done: the next try repeats it under the same numbers. */
async function inTime(patience: number, work: (late: AbortSignal) => Promise<void>): Promise<void> {
  const late = AbortSignal.timeout(patience);
  const { promise: over, reject } = Promise.withResolvers<never>();
  const tell = () => reject(new Error(`did not answer within ${patience / 1000} s`));
  late.addEventListener('abort', tell, { once: true });
  await Promise.race([work(late), over]).finally(() => late.removeEventListener('abort', tell));
}
