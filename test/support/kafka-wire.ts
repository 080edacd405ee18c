import { crc32c, type KafkaRecord, Reader, readRecordsBatch, Writer } from '@platformatic/kafka';

/** One request of a client, as much of it as a producer sends. */
export type Request =
  | { readonly api: 'api versions' }
  | { readonly api: 'producer id' }
  | { readonly api: 'metadata'; readonly topics: readonly string[] }
  | { readonly api: 'mechanism'; readonly mechanism: string }
  | { readonly api: 'authenticate'; readonly bytes: Buffer }
  | { readonly api: 'produce'; readonly acks: number; readonly batches: readonly Batch[] };

/** What is produced to a partition at once. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly producerId: bigint;
  readonly firstSequence: number;
  readonly records: readonly KafkaRecord[];
}

export interface Head {
  readonly key: number;
  readonly correlationId: number;
}

/** By their key in Kafka's protocol: the one version of each that is spoken here. */
export const APIS = { produce: [0, 11], metadata: [3, 12], apiVersions: [18, 3], producerId: [22, 5] } as const;
const [HANDSHAKE, AUTHENTICATE] = [17, 36];

/** Reads requests off a connection: each has its length before it. */
export function requestReader(tell: (head: Head, request: Request) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      const reader = Reader.from(rest.subarray(4, end));
      rest = rest.subarray(end);
      const key = reader.readInt16();
      reader.readInt16();
      const head = { key, correlationId: reader.readInt32() };
      reader.readNullableString(false);
      if (key !== HANDSHAKE) reader.readTaggedFields();
      tell(head, requestOf(key, reader));
    }
  };
}

function requestOf(key: number, reader: Reader): Request {
  switch (key) {
    case APIS.produce[0]:
      reader.readNullableString();
      return { api: 'produce', acks: reader.readInt16(), batches: batchesOf(reader) };
    case APIS.metadata[0]:
      return { api: 'metadata', topics: reader.readArray((each) => each.readUUID() && each.readString()) };
    case HANDSHAKE:
      return { api: 'mechanism', mechanism: reader.readString(false) };
    case AUTHENTICATE:
      return { api: 'authenticate', bytes: reader.readBytes() };
    default:
      return { api: key === APIS.producerId[0] ? 'producer id' : 'api versions' };
  }
}

function batchesOf(reader: Reader): Batch[] {
  reader.readInt32();
  const topics = reader.readArray((each) => ({
    topic: each.readString(),
    partitions: each.readArray((of) => ({ partition: of.readInt32(), bytes: of.readBytes() })),
  }));
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, bytes }) => ({ topic, partition, ...batchOf(bytes) })),
  );
}

/** What the sum does not fit is as good as none: it has come otherwise than it was sent. */
function batchOf(bytes: Buffer) {
  const { crc, producerId, firstSequence, records } = readRecordsBatch(Reader.from(bytes));
  const SUMMED = 21;
  if (crc32c(bytes.subarray(SUMMED)) !== crc) throw new Error('the sum of a batch is wrong');
  return { producerId, firstSequence, records };
}

/** An answer, with its head and its length before it. */
export function answerTo({ key, correlationId }: Head, body: Writer): Buffer {
  const isOld = key === APIS.apiVersions[0] || key === HANDSHAKE;
  const head = Writer.create().appendInt32(correlationId);
  return (isOld ? head : head.appendTaggedFields()).appendFrom(body).prependLength().buffer;
}

export const apiVersions = (): Writer =>
  Writer.create()
    .appendInt16(0)
    .appendArray(Object.values(APIS), (each, [key, version]) =>
      each.appendInt16(key).appendInt16(version).appendInt16(version),
    )
    .appendInt32(0)
    .appendTaggedFields();

/** One broker, which leads every partition of every topic. */
export const metadata = (port: number, topics: readonly { name: string; partitions: number }[]): Writer =>
  Writer.create()
    .appendInt32(0)
    .appendArray([port], (each) => each.appendInt32(1).appendString('127.0.0.1').appendInt32(port).appendString(null))
    .appendString('stand-in')
    .appendInt32(1)
    .appendArray([...topics], (each, { name, partitions }) => {
      each.appendInt16(partitions === 0 ? 3 : 0).appendString(name);
      each.appendUUID(null).appendBoolean(false);
      each.appendArray([...Array(partitions).keys()], (of, partition) => {
        of.appendInt16(0).appendInt32(partition).appendInt32(1).appendInt32(0);
        for (const nodes of [[1], [1], []]) of.appendArray(nodes, (node, id) => node.appendInt32(id), true, false);
      });
      each.appendInt32(0);
    })
    .appendTaggedFields();

export const producerId = (id: bigint): Writer =>
  Writer.create().appendInt32(0).appendInt16(0).appendInt64(id).appendInt16(0).appendTaggedFields();

const NOT_LEADER = 6;
/** One tagged field, 0, of nine bytes: who leads now, by node and epoch (KIP-951). */
const LED_BY_ANOTHER = Buffer.from([1, 0, 9, 0, 0, 0, 1, 0, 0, 0, 5, 0]);

/** Kafka's number of an error, 0 for none, for each batch. */
export const produced = (results: readonly { batch: Batch; error: number; offset: number }[]): Writer =>
  Writer.create()
    .appendArray([...results], (each, { batch, error, offset }) => {
      const answer = (of: Writer) => {
        of.appendInt32(batch.partition).appendInt16(error).appendInt64(BigInt(offset));
        of.appendInt64(-1n)
          .appendInt64(0n)
          .appendArray([], () => undefined)
          .appendString(null);
        of.append(error === NOT_LEADER ? LED_BY_ANOTHER : Buffer.from([0]));
      };
      each.appendString(batch.topic).appendArray([batch], answer, true, false);
    })
    .appendInt32(0)
    .appendTaggedFields();

/** Says that it tells of nine topics, and tells of none. */
export const garbled = (): Writer => Writer.create().appendUnsignedVarInt(10);

export const mechanisms = (error: number, names: readonly string[]): Writer =>
  Writer.create()
    .appendInt16(error)
    .appendArray([...names], (each, name) => each.appendString(name, false), false, false);

export const authenticated = (error: number): Writer =>
  Writer.create()
    .appendInt16(error)
    .appendString(error === 0 ? null : 'Authentication failed')
    .appendBytes(Buffer.alloc(0))
    .appendInt64(0n)
    .appendTaggedFields();
