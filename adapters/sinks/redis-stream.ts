import type { RedisSink } from '../../src/config/index.ts';
import type { TogetherSink } from '../../src/events/index.ts';
import { connectRedis, type Redis } from '../redis/index.ts';

/** Milliseconds that a batch may take. */
const PATIENCE = 10_000;

/** All of a batch, in order, or none of it: a stream in which a later event stands before an earlier one helps nobody. */
const APPEND = `
  for i = 2, #ARGV, 2 do
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'id', ARGV[i], 'event', ARGV[i + 1])
  end`;

/**
 * Appends to a Redis stream: `id`, by which a consumer knows what it has seen, and `event`, the CloudEvent as JSON. It is
 * connected to when there is something to deliver, so that no server waits for it to start.
 */
export function redisStreamSink({ name, types, urls, stream, max_length }: RedisSink): TogetherSink {
  let connecting: Promise<Redis> | undefined;
  const connected = () => {
    connecting ??= connectRedis(urls, () => undefined).catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  return {
    name,
    types,
    takes: 'together',
    async deliver(events) {
      const { connection } = await connected();
      const entries = events.flatMap((event) => [event.id, JSON.stringify(event)]);
      await inTime(connection.eval(APPEND, { keys: [stream], arguments: [String(max_length), ...entries] }));
    },
    close: async () => (await connecting?.catch(() => undefined))?.close(),
  };
}

/** What comes later may still have been done: the next try repeats it under the same ids. */
async function inTime(answer: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('Redis does not answer')), PATIENCE);
  await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
