import type { KafkaEntry } from './kafka.ts';
import type { Batch } from './kafka-wire.ts';

/** Kafka's numbers of errors. */
export const ERROR = {
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  NOT_LEADER_OR_FOLLOWER: 6,
  MESSAGE_TOO_LARGE: 10,
  TOPIC_AUTHORIZATION_FAILED: 29,
  UNSUPPORTED_SASL_MECHANISM: 33,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  SASL_AUTHENTICATION_FAILED: 58,
} as const;

/** What became of a batch: Kafka's number of an error or 0, and where it begins. */
export interface Appended {
  readonly batch: Batch;
  readonly error: number;
  readonly offset: number;
}

/** Batches that are known to come again, of a producer in a partition, as Kafka has it. */
const KNOWN = 5;

/** One topic in memory, which takes a batch of one producer once, and none out of order. */
export class KafkaLog {
  readonly topic: string;
  partitions = 3;
  isTooLarge = (_: string): boolean => false;
  readonly #entries = new Map<number, KafkaEntry[]>();
  readonly #known = new Map<string, { first: number; last: number; offset: number }[]>();

  constructor(topic: string) {
    this.topic = topic;
  }

  entries(): KafkaEntry[] {
    return [...this.#entries.values()].flat();
  }

  /** From now on every producer so far is out of order. */
  loseCount(): void {
    for (const producer of this.#known.keys()) this.#known.set(producer, [{ first: -9, last: -9, offset: 0 }]);
  }

  append(batch: Batch): Appended {
    const told = (error: number, offset = -1) => ({ batch, error, offset });
    const entries = batch.records.map((record) => entryOf(batch.partition, record));
    if (batch.topic !== this.topic) return told(ERROR.UNKNOWN_TOPIC_OR_PARTITION);
    if (entries.some(({ value }) => this.isTooLarge(value))) return told(ERROR.MESSAGE_TOO_LARGE);
    const producer = `${batch.producerId} ${batch.partition}`;
    const known = this.#known.get(producer) ?? [];
    const [first, last] = [batch.firstSequence, batch.firstSequence + entries.length - 1];
    const same = known.find((each) => each.first === first && each.last === last);
    if (same) return told(0, same.offset);
    if (known.length > 0 && known.at(-1)?.last !== first - 1) return told(ERROR.OUT_OF_ORDER_SEQUENCE_NUMBER);
    const before = this.#entries.get(batch.partition) ?? [];
    this.#known.set(producer, [...known, { first, last, offset: before.length }].slice(-KNOWN));
    this.#entries.set(batch.partition, [...before, ...entries]);
    return told(0, before.length);
  }
}

function entryOf(partition: number, { key, value, headers }: Batch['records'][number]): KafkaEntry {
  const told = headers.map(([name, of]) => [String(name), String(of)]);
  return { partition, key: String(key), value: String(value), headers: Object.fromEntries(told) };
}
