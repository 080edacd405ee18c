import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import type { AccountParts } from '../../../src/accounts/index.ts';
import { tellOfFailures } from '../../../src/accounts/tell-of-failures.ts';
import { accountParts, enrol, queuedMails } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { TestClock } from '../../support/test-clock.ts';

const DAY = 24 * 60 * 60;

describe('telling an owner of wrong passwords', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  let clock: TestClock;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    clock = new TestClock();
    parts = accountParts(db, clock);
  });
  after(() => close());

  const told = async (email: string) =>
    (await queuedMails(parts, email)).filter(({ kind }) => kind === 'sign-in-failures');

  it('[30] is done once a day, at the address as its owner wrote it and in their language', async () => {
    const { userId, email } = await enrol(parts);
    await db('users').where({ id: userId }).update({ locale: 'sv' });
    await Promise.all(Array.from({ length: 5 }, () => tellOfFailures(parts, email.toUpperCase())));
    clock.advance(DAY - 1);
    await tellOfFailures(parts, email);
    const [mail, ...more] = await told(email);
    assert.deepEqual(more, []);
    assert.deepEqual([mail?.locale, mail?.userId], ['sv', userId]);
    clock.advance(1);
    await tellOfFailures(parts, email);
    assert.equal((await told(email)).length, 2);
  });

  it('is done for nobody without an account, and not for a disabled one', async () => {
    const { userId, email } = await enrol(parts);
    await db('users').where({ id: userId }).update({ status: 'disabled' });
    const before = await db('mails').count();
    for (const address of [email, 'nobody@example.com', 'nonsense']) await tellOfFailures(parts, address);
    assert.deepEqual(await db('mails').count(), before);
  });
});
