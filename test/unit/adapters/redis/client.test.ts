import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { createClient } from 'redis';
import { connectRedis, type Redis } from '../../../../adapters/redis/index.ts';
import { layCable } from '../../../support/cable.ts';
import { freePort } from '../../../support/ports.ts';
import { type RedisNode, startRedis, startRedisCluster } from '../../../support/redis.ts';
import { installTimeout } from '../../../support/system.ts';
import { until } from '../../../support/until.ts';

const silent = (): void => undefined;
const deadUrl = async () => `redis://127.0.0.1:${await freePort()}`;

describe('connectRedis', () => {
  let node: RedisNode;
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  const open: Redis[] = [];
  before(async function () {
    this.timeout(installTimeout);
    node = await startRedis();
    cluster = await startRedisCluster();
  });
  afterEach(async () => {
    for (const redis of open.splice(0)) await redis.close();
  });
  after(async () => {
    await node.stop();
    await cluster.stop();
  });

  const connect = async (urls: string[], onError: (error: Error) => void = silent) => {
    const redis = await connectRedis(urls, onError);
    open.push(redis);
    return redis;
  };

  it('answers as one server and as a cluster alike', async () => {
    for (const urls of [[node.url], cluster.urls]) {
      const redis = await connect(urls);
      await redis.ping();
      assert.equal(await redis.connection.set('key', 'value', { PX: 1000, NX: true }), 'OK');
      assert.equal(await redis.connection.set('key', 'other', { NX: true }), null);
      assert.deepEqual(await redis.connection.mGet(['key']), ['value']);
    }
  });

  it('names what cannot be reached, one or all of a cluster, and logs nothing beside', async () => {
    const logged: Error[] = [];
    for (const urls of [[await deadUrl()], [await deadUrl(), await deadUrl()]]) {
      const hosts = urls.map((url) => new URL(url).host).join(', ');
      const expected = `REDIS_URL: cannot reach Redis at ${hosts}: connect ECONNREFUSED`;
      await assert.rejects(
        connect(urls, (error) => void logged.push(error)),
        ({ name, message }: Error) => {
          return name === 'OperatorError' && message.startsWith(expected);
        },
      );
    }
    assert.deepEqual(logged, []);
  });

  it('is content with one seed of a cluster that answers', async () => {
    const redis = await connect([await deadUrl(), cluster.urls[1] as string, await deadUrl()]);
    await redis.ping();
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const { port, close } = await mute();
    const url = `redis://127.0.0.1:${port}`;
    const attempts = [[url], [url, await deadUrl()]].map((urls) =>
      assert.rejects(connect(urls), { name: 'OperatorError' }),
    );
    await Promise.all(attempts);
    await close();
  });

  it('fails at once while the server is away, says so, and goes on when it is back', async () => {
    const cable = await layCable(node.port);
    const logged: Error[] = [];
    const redis = await connect([`redis://127.0.0.1:${cable.port}`], (error) => void logged.push(error));
    await cable.cut();
    await until('the loss is noticed', () => logged.length > 0);
    await assert.rejects(redis.connection.get('key'));
    await assert.rejects(redis.ping());
    await cable.mend();
    const answers = () => redis.ping().then(isTrue, () => false);
    await until('it is back', answers);
    assert.equal(await redis.connection.set('key', 'again'), 'OK');
    await cable.cut();
  });

  it('gives up on a cluster that has lost a node, instead of waiting for it', async () => {
    await shutDown(cluster.urls[2] as string);
    await assert.rejects(connect(cluster.urls), { name: 'OperatorError' });
  });
});

const isTrue = (): boolean => true;

async function shutDown(url: string): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', silent);
  await client.connect();
  await client.sendCommand(['SHUTDOWN', 'NOSAVE']).catch(silent);
  client.destroy();
}

/** Takes connections and never answers. */
async function mute(): Promise<{ port: number; close(): Promise<void> }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', silent)));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, close };
}
