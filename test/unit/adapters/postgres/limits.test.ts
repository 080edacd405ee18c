import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { createDatabase, postgresLimiter, sweepLimits } from '../../../../adapters/postgres/index.ts';
import { openTestDatabase } from '../../../support/database.ts';
import { dumpDatabase } from '../../../support/dump.ts';
import { limitsContract, limitsOn } from '../../../support/limits-contract.ts';
import { freePort } from '../../../support/ports.ts';
import { createTestDatabase } from '../../../support/postgres.ts';
import { tapWire } from '../../../support/wire.ts';

describe('postgresLimiter', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let date: SinonFakeTimers;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  beforeEach(() => {
    // The library reads the machine's time, and nothing else here does.
    date = useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterEach(() => date.restore());
  after(() => close());

  const store = {
    open: () => postgresLimiter(db),
    pass: async (seconds: number) => void date.tick(seconds * 1000),
  };
  limitsContract('PostgreSQL', () => store);

  it('counts for a network, and for an address if that allows it, by one statement', async () => {
    const { url, drop } = await createTestDatabase();
    const wire = await tapWire(url);
    const tapped = createDatabase(wire.url);
    const limits = limitsOn({ ...store, open: () => postgresLimiter(tapped) });
    const caller = { network: '203.0.113.99' };
    const acts = [
      () => limits.trySignIn('counted@example.com', caller, async () => undefined),
      ...[1, 2, 3, 4].map(() => () => limits.take('reset_mail', { email: 'counted@example.com', caller })),
    ];
    for (const act of acts) {
      const statements = await wire.statementsOf(act);
      assert.equal(statements.length, 1, statements.join('\n'));
    }
    assert.deepEqual(await tapped('rate_limits').select('points').whereLike('key', 'reset_mail:%').orderBy('key'), [
      { points: 3 },
      { points: 4 },
    ]);
    await tapped.destroy();
    await wire.close();
    await drop();
  });

  it('[R7] goes on in the process’s memory while PostgreSQL is away, with the same numbers', async () => {
    const away = createDatabase(`postgres://nobody@127.0.0.1:${await freePort()}/nothing`);
    const limits = limitsOn({ ...store, open: () => postgresLimiter(away) });
    const caller = { network: '203.0.113.99' };
    const tries: unknown[] = [];
    for (let count = 0; count < 6; count += 1)
      tries.push(await limits.trySignIn('away@example.com', caller, async () => undefined));
    assert.deepEqual(
      tries.map((outcome) => Object.values(outcome as object)[0]),
      [1, 2, 3, 4, 5, 'too_many_tries'],
    );
    for (const expected of [undefined, undefined, 'wait'])
      assert.equal((await limits.take('reset_mail', { email: 'away@example.com', caller })) && 'wait', expected);
    await away.destroy();
  });

  it('keeps neither an address nor a network in the clear', async () => {
    const [email, caller] = ['counted-nowhere@example.com', { network: '203.0.113.99' }];
    await limitsOn(store).take('register', { email, caller });
    await limitsOn(store).trySignIn(email, caller, async () => undefined);
    const dump = await dumpDatabase(db);
    assert.ok(dump.includes('register:address'));
    assert.ok(!dump.includes('counted-nowhere') && !dump.includes(caller.network));
  });

  it('is swept of what is over, and of nothing else', async () => {
    await db('rate_limits').delete();
    const limits = limitsOn(store);
    await limits.take('register', { email: 'over@example.com', caller: { network: '203.0.113.99' } });
    date.tick(700_000);
    assert.equal((await db('rate_limits')).length, 2);
    await sweepLimits(db, 1);
    const left = await db('rate_limits').pluck('key');
    assert.deepEqual(
      left.map((key: string) => key.replace(/:[^:]*$/, '')),
      ['register:address'],
    );
  });

  it('writes to no disk: the table is unlogged', async () => {
    const { rows } = await db.raw(`select relpersistence from pg_class where relname = 'rate_limits'`);
    assert.deepEqual(rows, [{ relpersistence: 'u' }]);
  });
});
