import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import { createClient } from 'redis';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { append, type CloudEvent, declareSinks, followLog } from '../../src/events/index.ts';
import { anEvent } from '../support/events.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RedisNode, startRedis } from '../support/redis.ts';
import { installTimeout } from '../support/system.ts';
import { until } from '../support/until.ts';

/** The full measure is asked for by hand: EVENTS=20000 KILLS=40. */
const [EVENTS, KILLS] = [Number(process.env['EVENTS'] ?? 2000), Number(process.env['KILLS'] ?? 4)];
const WRITERS = 8;
const SUBJECTS = 40;
const RELAY = fileURLToPath(new URL('../support/relay-process.ts', import.meta.url));

describe('[R3] relays that are killed', function () {
  this.timeout(installTimeout);
  let database: TestDatabase;
  let redis: RedisNode;
  let db: Knex;
  const relays = new Set<ChildProcess>();
  before(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
    db = createDatabase(database.url, { max: WRITERS });
  });
  after(async () => {
    for (const relay of relays) relay.kill('SIGKILL');
    await db.destroy();
    await database.drop();
    await redis.stop();
  });

  /** A short lease, so that there is time for many kills; the real one where none is named. */
  async function relay(...lease: string[]): Promise<ChildProcess> {
    const child = fork(RELAY, [database.url, redis.url, ...lease], { stdio: 'inherit' });
    relays.add(child);
    child.once('exit', () => relays.delete(child));
    await once(child, 'message');
    return child;
  }

  /** Some roll back, some take their time, and each event says which of its subject's it is. */
  async function write(writer: number, appended: Map<string, number>): Promise<void> {
    for (let written = 0; written < EVENTS / WRITERS; ) {
      const subject = `s${writer + WRITERS * Math.floor(Math.random() * (SUBJECTS / WRITERS))}`;
      const next = (appended.get(subject) ?? 0) + 1;
      const transaction = await db.transaction();
      await append(transaction, new Date(), anEvent(subject, String(next)));
      if (Math.random() < 0.02) await pause(20);
      if (Math.random() < 0.05) {
        await transaction.rollback();
        continue;
      }
      await transaction.commit();
      appended.set(subject, next);
      written += 1;
    }
  }

  it(`lose none of ${EVENTS} events of ${WRITERS} writers, and keep the order of each subject`, async () => {
    await declareSinks(db, ['bus'], await followLog(db).look());
    await Promise.all([relay('500'), relay('500')]);
    const appended = new Map<string, number>();
    const killing = (async () => {
      for (let kills = 0; kills < KILLS; kills += 1) {
        await pause(50 + Math.random() * 250);
        const [victim] = [...relays].sort(() => Math.random() - 0.5);
        victim?.kill('SIGKILL');
        await relay('500');
      }
    })();
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer, appended)));
    await killing;
    const client = await createClient({ url: redis.url }).connect();
    const length = async () => Number(await client.xLen('events'));
    const received = async () => {
      const entries = (await client.xRange('events', '-', '+')) ?? [];
      return entries.map(({ message }) => JSON.parse(message['event'] ?? '') as CloudEvent);
    };
    const last = (await db('events').max('position as last').first())?.['last'];
    await until('all of it', async () => (await db('event_sinks').first('position')).position >= last, 30_000);
    assert.ok((await length()) >= EVENTS);
    const seen = new Map<string, Set<string>>();
    const order = new Map<string, number[]>();
    for (const { id, subject = '', data } of await received()) {
      const ids = seen.get(subject) ?? new Set();
      if (!ids.has(id)) order.set(subject, [...(order.get(subject) ?? []), Number(data['kid'])]);
      seen.set(subject, ids.add(id));
    }
    const delivered = [...seen.values()].reduce((sum, ids) => sum + ids.size, 0);
    const duplicates = (await length()) - delivered;
    const lost = EVENTS - delivered;
    process.stdout.write(
      `      appended ${EVENTS}, delivered ${delivered}, duplicates ${duplicates}, lost ${lost}, kills ${KILLS}\n`,
    );
    await client.close();
    assert.equal(lost, 0);
    for (const [subject, numbers] of appended)
      assert.deepEqual(
        order.get(subject),
        Array.from({ length: numbers }, (_, at) => at + 1),
        subject,
      );
  });

  it('are taken over from within ten seconds, by the lease they have when nothing else is said', async () => {
    for (const one of relays) one.kill('SIGKILL');
    await until('all are gone', () => relays.size === 0);
    const holder = async () => {
      const { leased_by, is_held } = await db('event_sinks').first(
        'leased_by',
        db.raw('leased_until > now() as is_held'),
      );
      return is_held && leased_by;
    };
    await until('nobody has the sink', async () => !(await holder()));
    const first = await relay();
    const dead = await until('the first has it', holder);
    await relay();
    first.kill('SIGKILL');
    const killed = performance.now();
    await db.transaction((transaction) => append(transaction, new Date(), anEvent('taken over')));
    const last = (await db('events').max('position as last').first())?.['last'];
    await until('it is delivered', async () => (await db('event_sinks').first('position')).position >= last, 20_000);
    assert.ok(performance.now() - killed < 10_000);
    assert.notEqual(await holder(), dead);
  });
});
