import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { run, type Statement, statementOf } from '../../../src/kernel/statement.ts';
import { openTestDatabase } from '../../support/database.ts';

const COUNT = { name: 'test-count', text: 'select count(*)::int as n from rate_limits where points = $1' };
const ADD = { name: 'test-add', text: 'insert into rate_limits (key, points) values ($1, $2)' };

describe('a statement that is run often', () => {
  let db: Knex;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());

  const countOf = async (where: Knex, points: number) => (await run<{ n: number }>(where, COUNT, [points])).rows;

  it('answers with rows, and with how many were changed', async () => {
    assert.equal((await run(db, ADD, ['one', 1])).rowCount, 1);
    assert.deepEqual(await countOf(db, 1), [{ n: 1 }]);
  });

  it('is part of the transaction it is run in, and of no other', async () => {
    const rolledBack = db.transaction(async (transaction) => {
      await run(transaction, ADD, ['two', 2]);
      assert.deepEqual(await countOf(transaction, 2), [{ n: 1 }]);
      assert.deepEqual(await countOf(db, 2), [{ n: 0 }]);
      throw new Error('enough');
    });
    await assert.rejects(rolledBack, /enough/);
    assert.deepEqual(await countOf(db, 2), [{ n: 0 }]);
  });

  it('is planned once for each connection, by its name', async () => {
    await db.transaction(async (transaction) => {
      for (const points of [3, 4]) await countOf(transaction, points);
      const { rows } = await transaction.raw(
        `select generic_plans + custom_plans as runs from pg_prepared_statements where name = '${COUNT.name}'`,
      );
      assert.ok(rows[0].runs >= 2);
    });
  });

  it('that fails gives its connection back, and tells nothing of what was bound', async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      const wrong = run(db, { name: 'test-wrong', text: 'select $1 from nowhere' }, ['hunter2']);
      await assert.rejects(wrong, (error: Error & { code: string }) => {
        return error.code === '42P01' && !error.message.includes('hunter2');
      });
    }
    assert.equal(db.client.pool.numUsed(), 0);
  });

  it('is one for each text that is put together, whatever is bound to it', async () => {
    const [first, again] = ['where points = ? or points = ?', 'where points = ? or points = ?'].map((where) =>
      statementOf(`select count(*)::int as n from rate_limits ${where}`),
    );
    assert.equal(first, again);
    assert.match(first?.text ?? '', /points = \$1 or points = \$2$/);
    assert.notEqual(statementOf('select 1').name, first?.name);
    assert.deepEqual((await run<{ n: number }>(db, first as Statement, [1, 100])).rows, [{ n: 1 }]);
  });
});
