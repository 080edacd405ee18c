import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { postgresLimiter, sweepLimits } from '../../../../adapters/postgres/index.ts';
import { openTestDatabase } from '../../../support/database.ts';
import { dumpDatabase } from '../../../support/dump.ts';
import { limitsContract, limitsOn } from '../../../support/limits-contract.ts';

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
