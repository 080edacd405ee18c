import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { requestEmailChange } from '../../../src/accounts/change-email.ts';
import {
  type AccountParts,
  confirmEmailChange,
  disableUser,
  findUser,
  resetPassword,
} from '../../../src/accounts/index.ts';
import { requestReset } from '../../../src/accounts/reset-password.ts';
import { accountParts, artifactsOf, enrol, queuedMails, signedIn, tokenOf } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { newEmail } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

const DAY = 24 * 60 * 60;

describe('changing an address', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  let clock: TestClock;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  beforeEach(() => {
    clock = new TestClock();
    parts = accountParts(db, clock);
  });
  after(() => close());

  const kindsTo = async (email: string) => (await queuedMails(parts, email)).map(({ kind }) => kind);
  /** Somebody who wants another address, and the token that went there. */
  const wanting = async (wanted = newEmail()) => {
    const person = await enrol(parts);
    await requestEmailChange(parts, person.userId, wanted);
    const mail = (await queuedMails(parts, wanted)).at(-1);
    return { ...person, wanted, token: mail?.kind === 'change-email' ? tokenOf(mail) : '' };
  };

  it('is done by the link in the mail to the new one, once; the old one is told, and sessions stay', async () => {
    const wanted = `New.Address-${process.pid}@Example.com`;
    const { userId, email } = await wanting(` ${wanted} `);
    const token = tokenOf((await queuedMails(parts, wanted)).at(-1));
    await signedIn(db, userId);
    assert.equal((await findUser(db, userId))?.email, email);
    assert.equal(await confirmEmailChange(parts, token), wanted);
    const user = await findUser(db, userId);
    assert.deepEqual([user?.email, user?.emailVerified], [wanted, true]);
    assert.equal((await db('users').where({ id: userId }).first()).email_key, wanted.toLowerCase());
    assert.equal((await kindsTo(email)).at(-1), 'email-changed');
    assert.deepEqual(await kindsTo(wanted), ['change-email']);
    assert.equal((await artifactsOf(db, userId)).length, 5);
    assert.equal(await confirmEmailChange(parts, token), undefined);
  });

  it('does not happen by asking alone, by a proof of another kind, or after a day', async () => {
    const { userId, email, token } = await wanting();
    const other = await enrol(parts);
    for (const wrong of ['', 'nonsense', other.token]) assert.equal(await confirmEmailChange(parts, wrong), undefined);
    clock.advance(DAY);
    assert.equal(await confirmEmailChange(parts, token), undefined);
    assert.equal((await findUser(db, userId))?.email, email);
  });

  it('tells the owner of an address that is taken, and gives nobody a link to it', async () => {
    const owner = await enrol(parts);
    const { userId, email } = await wanting(owner.email.toUpperCase());
    assert.equal((await kindsTo(owner.email)).at(-1), 'address-taken');
    assert.equal((await kindsTo(owner.email)).includes('change-email'), false);
    assert.equal((await findUser(db, userId))?.email, email);
  });

  it('is lost to whoever has the address by then', async () => {
    const wanted = newEmail();
    const { userId, email, token } = await wanting(wanted);
    await enrol(parts, wanted);
    assert.equal(await confirmEmailChange(parts, token), undefined);
    assert.equal((await findUser(db, userId))?.email, email);
  });

  it('is done for one of several who prove the same address at the same moment', async () => {
    const wanted = newEmail();
    const people = [];
    for (let at = 0; at < 5; at += 1) {
      people.push(await wanting(wanted));
      clock.advance(61);
    }
    const results = await Promise.all(people.map(({ token }) => confirmEmailChange(parts, token)));
    assert.equal(results.filter(Boolean).length, 1);
    assert.equal((await db('users').where({ email_key: wanted })).length, 1);
  });

  it('ends with a newer wish, with a disabled account, and voids a link that was mailed to the old one', async () => {
    const { userId, token, email } = await wanting();
    const [reset] = [await requestReset(parts, email), (await queuedMails(parts, email)).at(-1)].slice(1);
    const newer = newEmail();
    await requestEmailChange(parts, userId, newer);
    assert.equal(await confirmEmailChange(parts, token), undefined);
    const newest = tokenOf((await queuedMails(parts, newer)).at(-1));
    assert.equal(await confirmEmailChange(parts, newest), newer);
    const result = await resetPassword(parts, tokenOf(reset as never), 'an entirely different battery');
    assert.deepEqual(result, { problem: 'token_invalid' });
    const disabled = await wanting();
    await disableUser(parts, disabled.userId);
    assert.equal(await confirmEmailChange(parts, disabled.token), undefined);
  });

  it('mails one link a minute to one address, and none to the address that one has', async () => {
    const { userId, email, wanted } = await wanting();
    await requestEmailChange(parts, userId, wanted);
    await requestEmailChange(parts, userId, email.toUpperCase());
    assert.deepEqual(await kindsTo(wanted), ['change-email']);
    assert.deepEqual(await kindsTo(email), ['verify-email']);
    clock.advance(61);
    await requestEmailChange(parts, userId, wanted);
    assert.equal((await kindsTo(wanted)).length, 2);
  });
});
