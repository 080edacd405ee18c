import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createClient } from 'redis';
import { createDatabase, postgresArtifacts } from '../../../../adapters/postgres/index.ts';
import { connectRedis, type Redis, redisArtifacts } from '../../../../adapters/redis/index.ts';
import { type Artifact, type Model, routedStore, type Write } from '../../../../src/artifacts/index.ts';
import type { Clock } from '../../../../src/kernel/clock.ts';
import { adapterContract } from '../../../support/adapter-contract.ts';
import { anId, artifactStoreContract, MINUTE, type StoreUnderTest } from '../../../support/artifact-contract.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { startRedis, startRedisCluster } from '../../../support/redis.ts';
import { installTimeout } from '../../../support/system.ts';
import { TestClock } from '../../../support/test-clock.ts';

const SHORT_LIVED: [Model, Model, ...Model[]] = [
  'AuthorizationCode',
  'PushedAuthorizationRequest',
  'DeviceCode',
  'Interaction',
  'ReplayDetection',
];
const LASTING: Model[] = ['RefreshToken', 'AccessToken', 'Grant', 'Session', 'ClientCredentials'];

describe('redisArtifacts', () => {
  let urls: string[];
  let stop: () => Promise<void>;
  let nodes: Redis[];

  const open = async (started: { urls: string[]; stop: () => Promise<void> }) => {
    ({ urls, stop } = started);
    nodes = await Promise.all([1, 2].map(() => connectRedis(urls, assert.ifError)));
  };
  const close = async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await stop();
  };
  const redisStore = (clock: Clock) => redisArtifacts((nodes.reverse()[0] as Redis).connection, clock);
  const redisSubject = (): StoreUnderTest => ({ models: SHORT_LIVED, open: redisStore, dump: () => dump(urls) });

  describe('on a single server', () => {
    before(async function () {
      this.timeout(installTimeout);
      const node = await startRedis();
      await open({ urls: [node.url], stop: node.stop });
    });
    after(close);
    artifactStoreContract('Redis', redisSubject);
    adapterContract('Redis', redisSubject);
    leavesNothingBehind();
  });

  describe('on a cluster of three', () => {
    before(async function () {
      this.timeout(installTimeout);
      await open(await startRedisCluster());
    });
    after(close);
    artifactStoreContract('a Redis cluster', redisSubject);
    adapterContract('a Redis cluster', redisSubject);
    leavesNothingBehind();

    it('is spread over all three', async () => {
      const store = redisStore(new TestClock());
      await store.apply(Array.from({ length: 60 }, () => put(artifact())));
      for (const url of urls) assert.match(await dump([url]), /AuthorizationCode/);
    });
  });

  describe('beside PostgreSQL', () => {
    let database: TestDatabase;
    let db: Knex;
    before(async function () {
      this.timeout(installTimeout);
      const node = await startRedis();
      await open({ urls: [node.url], stop: node.stop });
      database = await createTestDatabase();
      db = createDatabase(database.url);
    });
    after(async () => {
      await db.destroy();
      await database.drop();
      await close();
    });
    const rowsOf = async () => JSON.stringify((await db.raw(`select payload, model from oidc_artifacts`)).rows);
    const routed = (models: StoreUnderTest['models']) => (): StoreUnderTest => ({
      models,
      open: (clock) => routedStore(postgresArtifacts(db, clock), redisStore(clock)),
      dump: async () => (await dump(urls)) + (await rowsOf()),
    });
    artifactStoreContract('the routed store, for what is short-lived', routed(SHORT_LIVED));
    artifactStoreContract('the routed store, for what lasts', routed(['RefreshToken', 'AccessToken']));
    artifactStoreContract('the routed store, for both', routed(['RefreshToken', 'AuthorizationCode']));
    adapterContract('the routed store', routed([...LASTING, ...SHORT_LIVED] as typeof SHORT_LIVED));

    it('keeps in Redis what is short-lived, in PostgreSQL what lasts, and neither twice', async () => {
      const store = routed(SHORT_LIVED)().open(new TestClock());
      const marked = (model: Model) => put(artifact({ model, payload: { kind: `routed-${model}` } }));
      await store.apply([...LASTING, ...SHORT_LIVED].map(marked));
      const [inRedis, inPostgres] = [await dump(urls), await rowsOf()];
      for (const model of SHORT_LIVED) assert.match(inRedis, new RegExp(`routed-${model}`));
      for (const model of LASTING) assert.match(inPostgres, new RegExp(`routed-${model}`));
      for (const model of SHORT_LIVED) assert.doesNotMatch(inPostgres, new RegExp(`routed-${model}`));
      for (const model of LASTING) assert.doesNotMatch(inRedis, new RegExp(`routed-${model}`));
    });
  });

  /** Keys without an expiry would fill the memory of a server that nobody sweeps. */
  function leavesNothingBehind(): void {
    it('gives every key an end, so that nothing has to be swept', async () => {
      const store = redisStore(new TestClock());
      const made = artifact({ grantId: anId(), uid: anId(), userCode: anId() });
      await store.apply([put(made), { kind: 'claim', artifact: artifact({ model: 'ReplayDetection' }) }]);
      await store.apply([{ kind: 'consume', model: made.model, id: made.id }]);
      const endless = await inspect(urls, async (client, key) => ((await client.pTTL(key)) < 0 ? [key] : []));
      assert.deepEqual(endless, []);
    });

    it('keeps a grant’s list as long as the longest-lived of its codes, in whichever order they came', async () => {
      const clock = new TestClock();
      const store = redisStore(clock);
      const grantId = anId();
      const ends = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
      await store.apply([put(artifact({ grantId, expiresAt: ends(600) }))]);
      await store.apply([put(artifact({ grantId, expiresAt: ends(60) }))]);
      const list = `gatehouse:{grant:${grantId.toString('hex')}}:AuthorizationCode`;
      const [ttl = 0] = await inspect(urls, async (client, key) => (key === list ? [await client.pTTL(key)] : []));
      assert.ok(ttl > 590_000, `${ttl}`);
    });
  }
});

const put = (made: Artifact): Write => ({ kind: 'put', artifact: made });

const artifact = (members: Partial<Artifact> = {}): Artifact => ({
  model: 'AuthorizationCode',
  id: anId(),
  payload: {},
  accountId: undefined,
  clientId: undefined,
  grantId: undefined,
  uid: undefined,
  userCode: undefined,
  expiresAt: new Date(Date.now() + MINUTE * 1000),
  ...members,
});

type Client = ReturnType<typeof createClient>;

/** Looks at every key of every server. */
async function inspect<T>(urls: readonly string[], look: (client: Client, key: string) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (const url of urls) {
    const client: Client = createClient({ url });
    await client.connect();
    for (const key of await client.keys('*')) found.push(...(await look(client, key)));
    await client.close();
  }
  return found;
}

async function dump(urls: readonly string[]): Promise<string> {
  const texts = await inspect(urls, async (client, key) => {
    const value = (await client.type(key)) === 'set' ? await client.sMembers(key) : await client.get(key);
    return [`${key} ${value}`];
  });
  return texts.join('\n');
}
