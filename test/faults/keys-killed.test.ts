import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { type KeyParts, listKeys, loadKeyRing, revokeKey, turnKeys } from '../../src/keys/index.ts';
import { DAY, keyParts } from '../support/keys.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { Running } from '../support/running.ts';
import { TestClock } from '../support/test-clock.ts';
import { layTrap, type Place } from '../support/trap.ts';
import { until } from '../support/until.ts';

type Act = (parts: KeyParts) => Promise<unknown>;

describe('faults: whoever turns keys is killed', () => {
  const running = new Running();
  let database: TestDatabase;
  let db: Knex;
  let clock: TestClock;
  let parts: KeyParts;
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 2 });
  });
  after(async () => {
    await running.endAll();
    await db.destroy();
    await database.drop();
  });

  /** A key that signs, and the next one, which is due. */
  async function begin(): Promise<void> {
    await db('signing_keys').delete();
    clock = new TestClock();
    parts = keyParts(db, clock, { algorithms: ['ES256'] });
    for (const seconds of [0, 29 * DAY]) {
      clock.advance(seconds);
      await turnKeys(parts);
    }
    clock.advance(DAY);
  }
  const signs = async () => (await listKeys(db)).filter(({ state }) => state === 'active').map(({ kid }) => kid);
  const states = async () => (await listKeys(db)).map(({ state }) => state);

  /** Has it done by a process whose connection breaks at this place, which is what PostgreSQL sees of a killed one. */
  async function cutAt(place: Place, act: Act): Promise<void> {
    const trap = await layTrap(database.url);
    const victim = createDatabase(trap.url, { max: 1 });
    try {
      trap.hold([place]);
      const outcome = act({ ...parts, db: victim }).then(
        () => 'done',
        () => 'cut off',
      );
      await until('it is held', () => trap.held().length > 0);
      await trap.close();
      assert.equal(await outcome, 'cut off');
    } finally {
      await victim.destroy();
    }
  }

  /** How many statements its transaction has. */
  async function statementsOf(act: Act): Promise<number> {
    await begin();
    const trap = await layTrap(database.url);
    const witness = createDatabase(trap.url, { max: 1 });
    try {
      return await trap.count(() => act({ ...parts, db: witness }));
    } finally {
      await witness.destroy();
      await trap.close();
    }
  }

  const acts: [what: string, act: Act, before: string[], after: string[]][] = [
    ['rotates', turnKeys, ['active', 'pending'], ['retiring', 'active']],
    [
      'revokes',
      async (by) => revokeKey(by, (await listKeys(by.db))[0]?.kid ?? ''),
      ['active', 'pending'],
      ['retired', 'active'],
    ],
  ];
  for (const [what, act, before, after] of acts) {
    it(`while it ${what}, at each step: nothing is done by half, and the next run completes it`, async () => {
      const count = await statementsOf(act);
      assert.ok(count >= 6, `${count} statements`);
      for (let place = 1; place <= count; place += 1) {
        await begin();
        await cutAt(place, act);
        assert.deepEqual(await states(), before, `cut off before statement ${place} of ${count}`);
        assert.equal((await signs()).length, 1);
        await act(parts);
        assert.deepEqual(await states(), after);
        assert.equal((await loadKeyRing(db, parts.masterKeys)).broken.length, 0);
      }
      await begin();
      await cutAt('committed', act);
      assert.deepEqual(await states(), after, 'it was done, though nobody was told');
      const kids = await signs();
      await act(parts);
      assert.deepEqual(await signs(), kids, 'and is not done again');
    });
  }

  it('[kill -9] while it revokes: the key signs on as if nothing had been, and the next run ends it', async function () {
    this.timeout(60_000);
    const revoke: Act = async (by) => revokeKey(by, (await listKeys(by.db))[0]?.kid ?? '');
    const commit = await statementsOf(revoke);
    await begin();
    const [kid = ''] = await signs();
    const cwd = await running.folder();
    const trap = await layTrap(database.url);
    // The first transaction is the one that says what would break.
    trap.hold([Number.POSITIVE_INFINITY, commit]);
    const MASTER_KEY = parts.masterKeys[0]?.toString('base64') ?? '';
    const command = ['keys', 'revoke', kid, '--yes'];
    const victim = running.run(command, cwd, { DATABASE_URL: trap.url, MASTER_KEY });
    await until('it is about to commit', () => trap.held().length > 0, 30_000);
    victim.kill('SIGKILL');
    assert.equal(await victim.ended(), 'SIGKILL');
    await trap.close();
    assert.deepEqual([await states(), await signs()], [['active', 'pending'], [kid]]);
    const next = await running.command(command, cwd, { DATABASE_URL: database.url, MASTER_KEY });
    assert.equal(next.status, 0, next.stderr);
    assert.equal((await states())[0], 'retired');
    assert.equal((await signs()).length, 1);
  });
});
