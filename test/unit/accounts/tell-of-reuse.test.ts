import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type AccountParts, tellOfReuse } from '../../../src/accounts/index.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { accountParts, enrol, queuedMails } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('telling somebody of a token that was used twice', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = accountParts(db, new TestClock());
  });
  after(() => close());

  it('is done once a day, in their language, with the application’s name', async () => {
    const { userId, email } = await enrol(parts);
    await db('users').where({ id: userId }).update({ locale: 'fr' });
    await tellOfReuse(parts, { user_id: userId, app: 'The shop' });
    await tellOfReuse(parts, { user_id: userId, app: 'The shop' });
    const told = (await queuedMails(parts, email)).filter(({ kind }) => kind === 'token-reused');
    assert.deepEqual(
      told.map(({ locale, locals }) => [locale, locals['app']]),
      [['fr', 'The shop']],
    );
  });

  it('is done for nobody who is gone or disabled', async () => {
    const { userId } = await enrol(parts);
    await db('users').where({ id: userId }).update({ status: 'disabled' });
    const before = await db('mails').count();
    for (const user_id of [userId, newId()]) await tellOfReuse(parts, { user_id, app: 'The shop' });
    assert.deepEqual(await db('mails').count(), before);
  });
});
