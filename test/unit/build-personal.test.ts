import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { connectRedis, type Redis, redisArtifacts } from '../../adapters/redis/index.ts';
import { END_SHORT_LIVED, type EndShortLivedJob, type Model } from '../../src/artifacts/index.ts';
import { buildPersonal, shortLivedTask } from '../../src/build-personal.ts';
import { epochSeconds } from '../../src/kernel/clock.ts';
import { type Cable, layCable } from '../support/cable.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RedisNode, startRedis } from '../support/redis.ts';
import { installTimeout } from '../support/system.ts';
import { TestClock } from '../support/test-clock.ts';
import { until } from '../support/until.ts';

const clock = new TestClock();

describe('what somebody has in Redis', () => {
  let database: TestDatabase;
  let db: Knex;
  let node: RedisNode;
  let cable: Cable;
  let redis: Redis;
  before(async function () {
    this.timeout(installTimeout);
    database = await createTestDatabase();
    db = createDatabase(database.url);
    node = await startRedis();
    cable = await layCable(node.port);
    redis = await connectRedis([`redis://127.0.0.1:${cable.port}`], () => undefined);
  });
  after(async () => {
    await redis.close();
    await cable.cut();
    await node.stop();
    await db.destroy();
    await database.drop();
  });

  const store = () => redisArtifacts(redis.connection, clock);
  async function keep(model: Model, accountId: string, members: Record<string, unknown> = {}): Promise<Buffer> {
    const id = randomBytes(32);
    const payload = { kind: model, iat: epochSeconds(clock), ...members };
    const none = { clientId: undefined, grantId: undefined, uid: undefined, userCode: undefined };
    const expiresAt = new Date(clock.now().getTime() + 3_600_000);
    await store().apply([{ kind: 'put', artifact: { ...none, model, id, payload, accountId, expiresAt } }]);
    return id;
  }
  const isKept = async (model: Model, id: Buffer) => (await store().find(model, 'id', id)) !== undefined;
  const personal = () => buildPersonal(redis, { clock });
  const pingable = () =>
    redis.ping().then(
      () => true,
      () => false,
    );
  const jobs = async (): Promise<EndShortLivedJob[]> => {
    const { rows } = await db.raw(
      `select p.payload from graphile_worker._private_jobs p join graphile_worker._private_tasks t on t.id = p.task_id
       where t.identifier = ?`,
      [END_SHORT_LIVED],
    );
    return rows.map(({ payload }: { payload: EndShortLivedJob }) => payload);
  };

  it('ends with the sessions that it belongs to, at once', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    const [hers, other] = [await keep('Interaction', ada), await keep('Interaction', bob)];
    await db.transaction((transaction) => personal().endSessions(transaction, ada));
    assert.deepEqual([await isKept('Interaction', hers), await isKept('Interaction', other)], [false, true]);
    assert.deepEqual(await jobs(), []);
  });

  it('[33] keeps nobody signed in while it cannot be reached: a job of the same commit ends it, and nothing that came later', async () => {
    const ada = randomUUID();
    const [before, ofApp, others] = [
      await keep('Interaction', ada),
      await keep('AuthorizationCode', ada, { clientId: 'app' }),
      await keep('AuthorizationCode', ada, { clientId: 'other' }),
    ];
    await cable.cut();
    await db.transaction((transaction) => personal().personal.takeBack(transaction, ada, 'app'));
    await db.transaction((transaction) => personal().endSessions(transaction, ada, { except: 'here' }));
    await assert.rejects(
      db.transaction(async (transaction) => {
        await personal().endSessions(transaction, ada);
        throw new Error('rolled back');
      }),
      /rolled back/,
    );
    await cable.mend();
    await until('Redis is back', pingable);
    const [takenBack, ended] = (await jobs()) as [EndShortLivedJob, EndShortLivedJob];
    assert.equal((await jobs()).length, 2, 'one for each that was committed');
    clock.advance(31);
    const later = await keep('Interaction', ada);
    const end = shortLivedTask(db, redis, clock);
    await end(takenBack);
    assert.deepEqual(
      await Promise.all([
        isKept('Interaction', before),
        isKept('AuthorizationCode', ofApp),
        isKept('AuthorizationCode', others),
      ]),
      [true, false, true],
    );
    await end(ended);
    assert.deepEqual(
      await Promise.all([
        isKept('Interaction', before),
        isKept('AuthorizationCode', others),
        isKept('Interaction', later),
      ]),
      [false, false, true],
    );
  });

  it('is tried again for as long as any of it can live, and holds up nobody who is erased', async () => {
    await db.raw('delete from graphile_worker._private_jobs');
    const ada = randomUUID();
    const held = await keep('Interaction', ada);
    const end = shortLivedTask(db, redis, clock);
    await cable.cut();
    await db.transaction((transaction) => personal().personal.erase(transaction, ada));
    const [job] = (await jobs()) as [EndShortLivedJob];
    await end(job);
    assert.deepEqual(await jobs(), [job, job]);
    clock.advance(3700);
    await assert.rejects(end(job), /does not answer/);
    assert.deepEqual(await jobs(), [job, job]);
    clock.advance(-3700);
    await cable.mend();
    await until('Redis is back', pingable);
    await end(job);
    assert.equal(await isKept('Interaction', held), false);
  });
});
