import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { type AccountParts, sweepProofs, verifyEmail } from '../../../src/accounts/index.ts';
import { issueProof, redeemProof, redeemToken, tryDigits } from '../../../src/accounts/proof.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { accountParts, enrol, wrongCode } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { dumpDatabase, occurrences } from '../../support/dump.ts';
import { TestClock } from '../../support/test-clock.ts';

const [DAY, HALF_HOUR] = [24 * 60 * 60, 30 * 60];

describe('proofs of an address', () => {
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

  const issue = async (
    purpose: 'verify_email' | 'reset_password' | 'change_email',
    masterKeys = parts.mail.masterKeys,
  ) => {
    const { userId, email } = await enrol(parts);
    const user = { id: userId, emailKey: email };
    return { userId, emailKey: email, ...(await issueProof(db, { masterKeys }, user, purpose, clock.now())) };
  };
  const byCode = async (email: string, code: string, masterKeys = parts.mail.masterKeys) => {
    const digest = await tryDigits(db, { masterKeys }, email, code, clock.now());
    return digest && redeemProof(db, 'verify_email', digest, clock.now());
  };

  it('are digests where they are kept: no row holds a token or a code', async () => {
    const proof = await issue('verify_email');
    const rows = await db('email_proofs').where({ user_id: proof.userId });
    assert.equal(rows.length, 1);
    assert.match(proof.code, /^\d{6}$/);
    assert.ok(Buffer.from(proof.token, 'base64url').length >= 32);
    const text = JSON.stringify(rows.map((row) => ({ ...row, created_at: 0, expires_at: 0, id: 0, user_id: 0 })));
    const hex = rows.flatMap((row) => [row.token_digest, row.code_digest] as Buffer[]);
    assert.ok(!text.includes(proof.code) && !hex.some((digest) => digest.toString('latin1').includes(proof.code)));
    assert.deepEqual(occurrences(await dumpDatabase(db), { token: proof.token }), []);
  });

  it('are kept so that six digits cannot be guessed without the master key', async () => {
    const proof = await issue('verify_email');
    assert.equal(await byCode(proof.emailKey, proof.code, [randomBytes(32)]), undefined);
    assert.ok(await byCode(proof.emailKey, proof.code, [randomBytes(32), ...parts.mail.masterKeys]), 'an older key');
  });

  for (const [purpose, lifetime] of [
    ['verify_email', DAY],
    ['reset_password', HALF_HOUR],
    ['change_email', DAY],
  ] as const) {
    it(`${purpose}: work once, for ${lifetime} seconds`, async () => {
      const [used, late] = [await issue(purpose), await issue(purpose)];
      clock.advance(lifetime - 1);
      const proved = await redeemToken(db, purpose, used.token, clock.now());
      const { registration, ...rest } = proved ?? {};
      assert.deepEqual(rest, { userId: used.userId, emailKey: used.emailKey, email: undefined, provesAddress: true });
      assert.equal(registration !== undefined, purpose === 'verify_email', 'it is the registration that is proved');
      assert.equal(await redeemToken(db, purpose, used.token, clock.now()), undefined);
      clock.advance(1);
      assert.equal(await redeemToken(db, purpose, late.token, clock.now()), undefined);
      assert.equal(await byCode(late.emailKey, late.code), undefined);
    });

    it(`${purpose}: of 50 that redeem one at once, one gets it`, async () => {
      const { token } = await issue(purpose);
      const tries = Array.from({ length: 50 }, () => redeemToken(db, purpose, token, clock.now()));
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 1);
    });
  }

  it('are for one purpose: neither token nor code of one works as another’s', async () => {
    const [verify, reset] = [await issue('verify_email'), await issue('reset_password')];
    assert.equal(await redeemToken(db, 'reset_password', verify.token, clock.now()), undefined);
    assert.equal(await redeemToken(db, 'verify_email', reset.token, clock.now()), undefined);
    assert.equal(await byCode(reset.emailKey, reset.code), undefined, 'a reset has no code to type');
    for (const token of ['', verify.code, verify.userId, verify.token.slice(1), `${verify.token}x`])
      assert.equal(await redeemToken(db, 'verify_email', token, clock.now()), undefined);
    assert.ok(await redeemToken(db, 'verify_email', verify.token, clock.now()));
  });

  it('end the older one of the same purpose, link and code', async () => {
    const older = await issue('verify_email');
    const user = { id: older.userId, emailKey: older.emailKey };
    const reset = await issueProof(db, parts.mail, user, 'reset_password', clock.now());
    const newer = await issueProof(db, parts.mail, user, 'verify_email', clock.now());
    assert.equal(await redeemToken(db, 'verify_email', older.token, clock.now()), undefined);
    if (older.code !== newer.code) assert.equal(await byCode(older.emailKey, older.code), undefined);
    assert.ok(await redeemToken(db, 'reset_password', reset.token, clock.now()), 'another purpose stays');
    assert.ok(await byCode(older.emailKey, newer.code.replace(/(...)/, '$1 ')), 'spaces are none of its digits');
    assert.equal(await redeemToken(db, 'verify_email', newer.token, clock.now()), undefined, 'used by its code');
  });

  it('void the code after five wrong ones, also when those come at once, but not the link', async () => {
    const proof = await issue('verify_email');
    const tries = Array.from({ length: 50 }, () => byCode(proof.emailKey, wrongCode(proof.code)));
    assert.deepEqual((await Promise.all(tries)).filter(Boolean), []);
    const { code_failures } = await db('email_proofs').where({ user_id: proof.userId }).first();
    assert.equal(code_failures, 5);
    assert.equal(await byCode(proof.emailKey, proof.code), undefined);
    assert.ok(await redeemToken(db, 'verify_email', proof.token, clock.now()));
  });

  it('take the right code at the fifth try, and nothing of the wrong form, which is no try', async () => {
    const proof = await issue('verify_email');
    const wrong = wrongCode(proof.code);
    for (const code of ['', wrong, wrong, `${proof.code}0`, '💥', wrong, wrong, proof.code.slice(1)])
      assert.equal(await byCode(proof.emailKey, code), undefined);
    assert.ok(await byCode(proof.emailKey, proof.code));
  });

  it('know whose an address is now, where somebody else had it before', async () => {
    const before = await issue('verify_email');
    await db('users')
      .where({ id: before.userId })
      .update({ email: 'm@example.com', email_key: `m-${newId()}@x.example` });
    const now = await enrol(parts, before.emailKey);
    assert.equal(await byCode(before.emailKey, before.code === now.code ? '' : before.code), undefined);
    assert.equal(await verifyEmail(parts, { email: now.email, code: now.code }), now.userId);
  });

  it('are swept when they are too old', async () => {
    const [old, user] = [await issue('reset_password'), await issue('verify_email')];
    clock.advance(HALF_HOUR);
    await sweepProofs(db, clock.now());
    const left = await db('email_proofs').whereIn('user_id', [old.userId, user.userId]).select('user_id', 'purpose');
    assert.ok(left.every(({ purpose }) => purpose === 'verify_email') && left.length === 2);
  });
});
