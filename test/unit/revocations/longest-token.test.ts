import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase, migrate } from '../../../adapters/postgres/index.ts';
import { migrations } from '../../../migrations/index.ts';
import { addSigned } from '../../../src/keys/signed-store.ts';
import { keepForTokensOf } from '../../../src/revocations/index.ts';
import { createEmptyDatabase, type TestDatabase } from '../../support/postgres.ts';

const before = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name === '0016_longest_token.ts'),
);

describe('the longest life of a token', () => {
  let database: TestDatabase;
  let db: Knex;
  beforeEach(async () => {
    database = await createEmptyDatabase();
    db = createDatabase(database.url);
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const longest = async () => (await db('longest_token').pluck('seconds')) as number[];

  it('is raised by each server that signs longer-lived ones, and lowered by none', async () => {
    await migrate(db, migrations);
    assert.deepEqual(await longest(), [900]);
    for (const [seconds, expected] of [
      [7200, 7200],
      [900, 7200],
      [86_400, 86_400],
    ] as const) {
      await keepForTokensOf(db, seconds);
      assert.deepEqual(await longest(), [expected]);
    }
  });

  it('is no shorter than those still live that were signed before it was written down', async () => {
    await migrate(db, before);
    const expiresAt = new Date(Date.now() + 7_200_000);
    await addSigned(db, [{ kid: 'a key', kind: 'access_token', clientId: 'shop', expiresAt, tokens: 1 }]);
    await migrate(db, migrations);
    const [seconds = 0] = await longest();
    assert.ok(seconds > 7100 && seconds <= 7200, String(seconds));
  });
});
