import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type AccountParts, findUser, resetPassword } from '../../../src/accounts/index.ts';
import { requestReset } from '../../../src/accounts/reset-password.ts';
import {
  accountParts,
  artifactsOf,
  enrol,
  queuedMails,
  signedIn,
  signInWith,
  tokenOf,
} from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { PASSWORD } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

const NEW = 'an entirely different battery';

describe('resetting a password', () => {
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

  const resets = async (email: string) =>
    (await queuedMails(parts, email)).filter(({ kind }) => kind === 'reset-password');
  /** Somebody who asked for a reset. */
  const asked = async () => {
    const { userId, email } = await enrol(parts);
    await requestReset(parts, email);
    return { userId, email, token: tokenOf((await resets(email)).at(-1)) };
  };
  const signIn = (email: string, password: string) => signInWith(parts, email, password);

  it('sets the password and proves the address, once, and says so by mail', async () => {
    const { userId, email, token } = await asked();
    assert.deepEqual(await resetPassword(parts, token, NEW), { userId });
    assert.equal((await signIn(email, NEW))?.id, userId);
    assert.equal(await signIn(email, PASSWORD), undefined);
    assert.equal((await findUser(db, userId))?.emailVerified, true);
    const mail = (await queuedMails(parts, email)).at(-1);
    assert.deepEqual([mail?.kind, mail?.locals['link']], ['password-changed', undefined]);
    assert.deepEqual(await resetPassword(parts, token, `${NEW}!`), { problem: 'token_invalid' });
    assert.ok(await signIn(email, NEW));
  });

  it('uses nothing up with a password that is refused', async () => {
    const { userId, email, token } = await asked();
    const before = await db('email_proofs').where({ user_id: userId });
    for (const password of ['', 'short', 'x'.repeat(1001)]) {
      const result = await resetPassword(parts, token, password);
      assert.equal('problem' in result && result.problem, 'password_rejected');
    }
    assert.deepEqual(await db('email_proofs').where({ user_id: userId }), before);
    assert.ok(await signIn(email, PASSWORD));
    assert.deepEqual(await resetPassword(parts, token, NEW), { userId });
  });

  it('is done once of 50 at the same time', async function () {
    this.timeout(60_000);
    const { token, email } = await asked();
    const passwords = Array.from({ length: 50 }, (_, at) => `${NEW} ${at}`);
    const results = await Promise.all(passwords.map((password) => resetPassword(parts, token, password)));
    const winners = results.flatMap((result, at) => ('userId' in result ? [at] : []));
    assert.equal(winners.length, 1);
    assert.ok(await signIn(email, `${NEW} ${winners[0]}`));
    const changed = (await queuedMails(parts, email)).filter(({ kind }) => kind === 'password-changed');
    assert.equal(changed.length, 1);
  });

  it('ends what the user is signed in with, keeps their consent, and touches nobody else', async () => {
    const [ada, bob] = [await asked(), await asked()];
    for (const { userId } of [ada, bob]) await signedIn(db, userId);
    const before = await artifactsOf(db, bob.userId);
    assert.equal(before.length, 5);
    await resetPassword(parts, ada.token, NEW);
    assert.deepEqual(await artifactsOf(db, ada.userId), ['Grant']);
    assert.deepEqual(await artifactsOf(db, bob.userId), before);
    assert.ok(await signIn(bob.email, PASSWORD));
    assert.deepEqual(await resetPassword(parts, bob.token, NEW), { userId: bob.userId });
  });

  it('changes nothing at all when a step of it fails', async () => {
    const { userId, email, token } = await asked();
    await signedIn(db, userId);
    const mails = (await queuedMails(parts, email)).length;
    const endSessions = () => Promise.reject(new Error('the disk is full'));
    await assert.rejects(resetPassword({ ...parts, endSessions }, token, NEW), /disk/);
    assert.equal((await artifactsOf(db, userId)).length, 5);
    assert.equal((await queuedMails(parts, email)).length, mails);
    assert.ok(await signIn(email, PASSWORD));
    assert.deepEqual(await resetPassword(parts, token, NEW), { userId });
  });

  it('has forgotten the wrong passwords by the time the new one counts: a kill in between keeps no owner out', async () => {
    const { token } = await asked();
    const steps: string[] = [];
    const limits = { ...parts.limits, forgive: async () => void steps.push('forgiven') };
    const endSessions = async () => void steps.push('set');
    await resetPassword({ ...parts, limits, endSessions }, 'no token', NEW);
    await resetPassword({ ...parts, limits, endSessions }, token, NEW);
    assert.deepEqual(steps, ['forgiven', 'set']);
  });

  it('is refused after half an hour, for a changed address, a disabled user, and a proof of another purpose', async () => {
    const [late, changed, disabled, unverified] = [await asked(), await asked(), await asked(), await enrol(parts)];
    await db('users')
      .where({ id: changed.userId })
      .update({ email: `new-${changed.email}`, email_key: `new-${changed.email}` });
    await db('users').where({ id: disabled.userId }).update({ status: 'disabled' });
    for (const { token } of [changed, disabled, unverified, { token: '' }])
      assert.deepEqual(await resetPassword(parts, token, NEW), { problem: 'token_invalid' });
    clock.advance(30 * 60);
    assert.deepEqual(await resetPassword(parts, late.token, NEW), { problem: 'token_invalid' });
    const hashes = await db('users')
      .whereIn(
        'id',
        [late, changed, disabled].map(({ userId }) => userId),
      )
      .select('updated_at', 'created_at');
    for (const { updated_at, created_at } of hashes) assert.deepEqual(updated_at, created_at);
  });

  it('mails one link a minute and address however many ask at once; the newest link works', async () => {
    const { userId, email, token } = await asked();
    clock.advance(59);
    await requestReset(parts, email.toUpperCase());
    assert.equal((await resets(email)).length, 1);
    clock.advance(2);
    await Promise.all(Array.from({ length: 10 }, () => requestReset(parts, email)));
    const mails = await resets(email);
    assert.equal(mails.length, 2);
    assert.deepEqual(await resetPassword(parts, token, NEW), { problem: 'token_invalid' });
    assert.deepEqual(await resetPassword(parts, tokenOf(mails[1]), NEW), { userId });
  });

  it('mails nothing to an unknown or disabled address, or to none', async () => {
    const disabled = await enrol(parts);
    await db('users').where({ id: disabled.userId }).update({ status: 'disabled' });
    const before = (await db('mails')).length;
    for (const email of [disabled.email, 'nobody@example.com', 'nonsense', '']) await requestReset(parts, email);
    assert.equal((await db('mails')).length, before);
  });

  it('mails to the address as its owner wrote it, whatever spelling was asked with', async () => {
    const { email } = await enrol(parts, `Owner-${process.pid}@example.com`);
    await requestReset(parts, email.toUpperCase().replace('O', 'Ｏ'));
    assert.equal((await resets(email)).length, 1);
  });
});
