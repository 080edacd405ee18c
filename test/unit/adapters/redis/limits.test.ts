import assert from 'node:assert/strict';
import { createClient } from 'redis';
import { connectRedis, type Redis, redisLimiter } from '../../../../adapters/redis/index.ts';
import { layCable } from '../../../support/cable.ts';
import { type CountStore, limitsContract, limitsOn } from '../../../support/limits-contract.ts';
import { type RedisNode, startRedis, startRedisCluster } from '../../../support/redis.ts';
import { installTimeout } from '../../../support/system.ts';
import { until } from '../../../support/until.ts';

const nobody = (): void => undefined;

describe('redisLimiter', () => {
  let redis: Redis;
  let clocks: Awaited<ReturnType<typeof clockOf>>[];
  let stop: () => Promise<void>;
  const open = async ({ urls, ...started }: { urls: string[]; stop: () => Promise<void> }) => {
    stop = started.stop;
    redis = await connectRedis(urls, assert.ifError);
    clocks = await Promise.all(urls.map(clockOf));
  };
  const close = async () => {
    await Promise.all([redis, ...clocks].map((each) => each.close()));
    await stop();
  };
  const subject = (): CountStore => ({
    open: () => redisLimiter(redis.connection),
    pass: async (seconds) => void (await Promise.all(clocks.map((clock) => clock.pass(seconds)))),
  });

  describe('on a single server', () => {
    before(async function () {
      this.timeout(installTimeout);
      const node = await startRedis();
      await open({ urls: [node.url], stop: node.stop });
    });
    after(close);
    limitsContract('Redis', subject);
  });

  describe('on a cluster', () => {
    before(async function () {
      this.timeout(installTimeout);
      await open(await startRedisCluster());
    });
    after(close);
    limitsContract('a Redis cluster', subject);
  });

  describe('[R8] while Redis is away', () => {
    let node: RedisNode;
    before(async function () {
      this.timeout(installTimeout);
      node = await startRedis();
    });
    after(() => node.stop());

    const caller = { network: '192.0.2.1' };
    /** Mails that may be asked for, until one is refused. */
    const taken = async (limits: ReturnType<typeof limitsOn>, email: string) => {
      for (let count = 0; ; count += 1) if (await limits.take('reset_mail', { email, caller })) return count;
    };

    it('limits go on in the process’s memory, with the same numbers: nobody gets more, nobody is locked out', async () => {
      const cable = await layCable(node.port);
      let lost = false;
      const away = await connectRedis([`redis://127.0.0.1:${cable.port}`], () => {
        lost = true;
      });
      const limits = limitsOn({ open: () => redisLimiter(away.connection), pass: async () => undefined });
      assert.equal(await taken(limits, 'before@example.com'), 2);
      await cable.cut();
      await until('the loss is noticed', () => lost);
      assert.equal(await taken(limits, 'meanwhile@example.com'), 2);
      const tries: unknown[] = [];
      for (let index = 0; index < 6; index += 1)
        tries.push(await limits.trySignIn('meanwhile@example.com', caller, async () => undefined));
      assert.deepEqual(
        tries.map((outcome) => Object.values(outcome as object)[0]),
        [1, 2, 3, 4, 5, 'too_many_tries'],
      );
      await cable.mend();
      await until('it is back', () => away.ping().then(yes, no));
      assert.ok(await limits.take('reset_mail', { email: 'before@example.com', caller }), 'it counts on where it was');
      await cable.cut();
      await away.close().catch(nobody);
    });

    it('a server that accepts and answers nothing holds nobody up for good: this process’s memory counts', async function () {
      this.timeout(10_000);
      const hung = await connectRedis([node.url], nobody);
      const limits = limitsOn({ open: () => redisLimiter(hung.connection), pass: async () => undefined });
      node.freeze();
      try {
        assert.equal(await limits.take('reset_mail', { email: 'hung@example.com', caller }), undefined);
      } finally {
        node.thaw();
      }
      await hung.close();
    });
  });
});

const yes = () => true;
const no = () => false;

/** Time on a server, whose clock is its own: every key grows older. */
async function clockOf(url: string) {
  const client = await createClient({ url }).on('error', nobody).connect();
  const script = `for _, key in ipairs(redis.call('keys', '*')) do
    redis.call('pexpire', key, redis.call('pttl', key) - tonumber(ARGV[1]))
  end`;
  return {
    pass: (seconds: number) => client.eval(script, { arguments: [String(seconds * 1000)] }),
    close: () => client.close(),
  };
}
