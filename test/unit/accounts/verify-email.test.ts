import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type AccountParts, findUser, verifyEmail } from '../../../src/accounts/index.ts';
import { requestVerification } from '../../../src/accounts/verify-email.ts';
import { accountParts, enrol, queuedMails, tokenOf, wrongCode } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('verifying an address', () => {
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

  const isVerified = async (id: string) => (await findUser(db, id))?.emailVerified;

  it('is done by the link or by the code, once, and for nobody else', async () => {
    const [ada, bob, eve] = [await enrol(parts), await enrol(parts), await enrol(parts)];
    assert.equal(await verifyEmail(parts, { token: ada.token }), ada.userId);
    assert.equal(await verifyEmail(parts, { email: bob.email.toUpperCase(), code: bob.code }), bob.userId);
    for (const proof of [
      { token: ada.token },
      { email: ada.email, code: ada.code },
      { token: bob.token },
      { token: '' },
    ])
      assert.equal(await verifyEmail(parts, proof), undefined);
    assert.deepEqual(await Promise.all([ada, bob, eve].map(({ userId }) => isVerified(userId))), [true, true, false]);
  });

  it('is done once of 50 at the same time, link and code together', async () => {
    const { token, email, code, userId } = await enrol(parts);
    const tries = Array.from({ length: 50 }, (_, at) => verifyEmail(parts, at % 2 ? { token } : { email, code }));
    assert.deepEqual((await Promise.all(tries)).filter(Boolean), [userId]);
  });

  it('is refused for an address that has changed meanwhile, by link and by code', async () => {
    for (const way of ['token', 'code'] as const) {
      const { userId, email, token, code } = await enrol(parts);
      const changed = { email: `new-${email}`, email_key: `new-${email}` };
      await db('users').where({ id: userId }).update(changed);
      assert.equal(await verifyEmail(parts, way === 'token' ? { token } : { email, code }), undefined);
      assert.equal(await verifyEmail(parts, { email: changed.email, code }), undefined);
      assert.equal(await isVerified(userId), false);
    }
  });

  it('is refused after a day, and after five wrong codes by code, but by link it works', async () => {
    const [late, guessed] = [await enrol(parts), await enrol(parts)];
    for (let tries = 0; tries < 5; tries += 1)
      assert.equal(await verifyEmail(parts, { email: guessed.email, code: wrongCode(guessed.code) }), undefined);
    assert.equal(await verifyEmail(parts, { email: guessed.email, code: guessed.code }), undefined);
    assert.equal(await verifyEmail(parts, { token: guessed.token }), guessed.userId);
    clock.advance(24 * 60 * 60);
    assert.equal(await verifyEmail(parts, { token: late.token }), undefined);
  });

  it('mails again after a minute, one mail however many ask at once; the older link ends', async () => {
    const { email, token, userId } = await enrol(parts);
    await requestVerification(parts, email);
    assert.equal((await queuedMails(parts, email)).length, 1, 'too soon after the registration');
    clock.advance(61);
    await Promise.all(Array.from({ length: 10 }, () => requestVerification(parts, email)));
    const mails = await queuedMails(parts, email);
    assert.equal(mails.length, 2);
    assert.equal(await verifyEmail(parts, { token }), undefined);
    assert.equal(await verifyEmail(parts, { token: tokenOf(mails[1]) }), userId);
  });

  it('mails nothing to a verified, disabled or unknown address, or to none', async () => {
    const [verified, disabled] = [await enrol(parts), await enrol(parts)];
    await verifyEmail(parts, { token: verified.token });
    await db('users').where({ id: disabled.userId }).update({ status: 'disabled' });
    clock.advance(61);
    const before = (await db('mails')).length;
    for (const email of [verified.email, disabled.email, 'nobody@example.com', 'nonsense', ''])
      await requestVerification(parts, email);
    assert.equal((await db('mails')).length, before);
  });
});
