import { operatorError } from '../../src/kernel/faults.ts';

/** What Gatehouse asks of Redis; a single server and a cluster both answer it. */
export interface RedisConnection {
  get(key: string): Promise<string | null>;
  mGet(keys: string[]): Promise<(string | null)[]>;
  set(key: string, value: string, options?: { PX?: number; NX?: true }): Promise<string | null>;
  sMembers(key: string): Promise<string[]>;
  sRem(key: string, member: string): Promise<number>;
  pExpire(key: string, milliseconds: number): Promise<number>;
  unlink(keys: string[]): Promise<number>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

export interface Redis {
  readonly connection: RedisConnection;
  /** Resolves while every node that answers for keys is there; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Longest wait for an answer, in milliseconds: a slow Redis must not hold up a sign-in for ever. */
const TIMEOUT = 2000;

/**
 * Connects to one server, or to a cluster where several seeds are given.
 * @param onError hears of connections that are lost later; the client goes on trying by itself.
 * @throws OperatorError when nothing answers.
 */
export async function connectRedis(urls: readonly string[], onError: (error: Error) => void): Promise<Redis> {
  const [first] = urls;
  if (!first) throw operatorError('REDIS_URL', 'names no server');
  try {
    return urls.length === 1 ? await single(first, onError) : await cluster(urls, onError);
  } catch (cause) {
    throw operatorError('REDIS_URL', `cannot reach Redis at ${urls.map(place).join(', ')}: ${reason(cause)}`, cause);
  }
}

/** Its 700 files are loaded where there is a Redis: every other start and command is quicker by them. */
const library = () => import('redis');

async function single(url: string, onError: (error: Error) => void): Promise<Redis> {
  const { createClient } = await library();
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: { timeout: TIMEOUT },
    socket: socket(),
  });
  await connectOnce(client, { seeds: 1 }, onError);
  return {
    connection: client as unknown as RedisConnection,
    ping: async () => void (await client.ping()),
    close: async () => void (await client.close()),
  };
}

async function cluster(urls: readonly string[], onError: (error: Error) => void): Promise<Redis> {
  const { createCluster } = await library();
  const client = createCluster({
    rootNodes: urls.map((url) => ({ url, socket: socket() })),
    defaults: { socket: socket(), disableOfflineQueue: true },
    commandOptions: { timeout: TIMEOUT },
  });
  await connectOnce(client, { seeds: urls.length }, onError);
  return {
    connection: client as unknown as RedisConnection,
    ping: async () => {
      await Promise.all(client.masters.map(async (master) => (await client.nodeClient(master)).ping()));
    },
    close: async () => void (await client.close()),
  };
}

/**
 * A first connection that fails is the operator's to know; a later one is retried for ever, a second apart at most.
 * A cluster is there with one seed that answers, and says itself when none does.
 */
async function connectOnce(client: Connecting, { seeds }: { seeds: number }, onError: (error: Error) => void) {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error('it does not answer')), 2 * TIMEOUT);
  let first: Error | undefined;
  let hear = (error: Error) => {
    first ??= error;
    if (seeds === 1) reject(error);
  };
  // One listener for good: a client of this library goes deaf when its last one is taken away.
  client.on('error', (error) => hear(error));
  try {
    await Promise.race([client.connect(), failed]);
    hear = onError;
  } catch (error) {
    client.destroy();
    throw first ?? error;
  } finally {
    clearTimeout(late);
  }
}

interface Connecting {
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

const socket = () => ({
  connectTimeout: TIMEOUT,
  reconnectStrategy: (retries: number) => Math.min(50 * 2 ** retries, 1000),
});

const place = (url: string): string => new URL(url).host;

const reason = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
};
