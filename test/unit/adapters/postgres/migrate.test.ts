import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type Migration, migrate, schemaState } from '../../../../adapters/postgres/migrate.ts';
import { createDatabase } from '../../../../adapters/postgres/pool.ts';
import { migrations } from '../../../../migrations/index.ts';
import { createEmptyDatabase, type TestDatabase } from '../../../support/postgres.ts';

const first = step('0001_first.ts', 'create table first_things (n int)');
const second = step('0002_second.ts', 'create table second_things (n int)');

describe('migrate', () => {
  let database: TestDatabase;
  let pools: Knex[];

  function connect(statementTimeoutMs?: number): Knex {
    const db = createDatabase(database.url, { max: 1, ...(statementTimeoutMs ? { statementTimeoutMs } : {}) });
    pools.push(db);
    return db;
  }

  beforeEach(async () => {
    database = await createEmptyDatabase();
    pools = [];
  });

  afterEach(async () => {
    await Promise.all(pools.map((db) => db.destroy()));
    await database.drop();
  });

  it('applies each step once when five nodes start together', async () => {
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => migrate(connect(), [first, second])));
    const worked = runs.filter((run) => run.applied.length > 0);
    assert.deepEqual(worked, [{ applied: [first.name, second.name] }]);
    assert.deepEqual(await tables(connect()), [...bookkeeping, 'first_things', 'second_things'].sort());
  });

  it('compares, and leaves an empty database empty', async () => {
    assert.deepEqual(await schemaState(connect(), [first]), { pending: [first.name], unknown: [] });
    assert.deepEqual(await tables(connect()), []);
  });

  it('goes on after a node that was killed and left its lock behind', async () => {
    const db = connect();
    await migrate(db, [first]);
    await db('knex_migrations_lock').update({ is_locked: 1 });
    assert.deepEqual(await migrate(db, [first, second]), { applied: [second.name] });
  });

  it('refuses a schema newer than itself, and changes nothing', async () => {
    const db = connect();
    await migrate(db, [first]);
    await db('knex_migrations').insert({ name: '0009_future.ts', batch: 2, migration_time: new Date() });
    const before = await tables(db);
    await assert.rejects(migrate(db, [first, second]), { name: 'OperatorError', message: /newer.*0009_future\.ts/ });
    assert.deepEqual(await tables(db), before);
    assert.deepEqual(await schemaState(db, [first, second]), {
      pending: [second.name],
      unknown: ['0009_future.ts'],
    });
  });

  it('takes back everything when a step fails, and can be run again', async () => {
    const db = connect();
    await assert.rejects(migrate(db, [first, step('0002_second.ts', 'create nonsense')]), { code: '42601' });
    assert.equal((await tables(db)).includes('first_things'), false);
    assert.deepEqual(await migrate(db, [first, second]), { applied: [first.name, second.name] });
  });

  it("is not bound by the requests' statement timeout", async () => {
    const slow = step('0001_slow.ts', 'select pg_sleep(0.3)');
    assert.deepEqual(await migrate(connect(100), [slow]), { applied: [slow.name] });
  });

  it('knows how to apply and take back every step of this version', async () => {
    const db = connect();
    assert.deepEqual(await migrate(db, migrations), { applied: migrations.map((migration) => migration.name) });
    assert.deepEqual(await schemaState(db, migrations), { pending: [], unknown: [] });
    for (const migration of migrations.toReversed()) await migration.down(db);
    assert.deepEqual(await tables(db), bookkeeping);
  });
});

const bookkeeping = ['knex_migrations', 'knex_migrations_lock'];

function step(name: string, statement: string): Migration {
  const nothing = async () => undefined;
  return { name, up: async (knex) => void (await knex.raw(statement)), down: nothing };
}

async function tables(db: Knex): Promise<string[]> {
  return await db('pg_tables').where({ schemaname: 'public' }).orderBy('tablename').pluck('tablename');
}
