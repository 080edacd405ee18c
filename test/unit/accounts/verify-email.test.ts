import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import {
  type AccountParts,
  createUser,
  findUser,
  makePasswordLink,
  register,
  resetPassword,
  sweepProofs,
  verifyEmail,
} from '../../../src/accounts/index.ts';
import { requestVerification } from '../../../src/accounts/verify-email.ts';
import {
  accountParts,
  artifactsOf,
  enrol,
  queuedMails,
  signedIn,
  signInWith,
  tokenOf,
  wrongCode,
} from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { newEmail, PASSWORD } from '../../support/relying-party.ts';
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

  describe('that several registered', () => {
    const OTHER = 'an entirely different battery';
    /** Somebody else registers the address; what is mailed to its owner then. */
    const again = async (email: string) => {
      assert.deepEqual(await register(parts, { email: email.toUpperCase(), password: OTHER, name: 'Other' }), {});
      const mail = (await queuedMails(parts, email)).at(-1);
      return { kind: mail?.kind, token: tokenOf(mail), code: mail?.locals['code'] ?? '' };
    };
    const whoGetsIn = async (email: string) => [
      (await signInWith(parts, email, PASSWORD)) !== undefined,
      (await signInWith(parts, email, OTHER)) !== undefined,
    ];

    it('gives the account to the registration whose mail was answered, and ends what another got in by', async () => {
      for (const way of ['token', 'code'] as const) {
        const first = await enrol(parts);
        const { email, userId } = first;
        await signedIn(db, userId);
        const { kind, token, code } = await again(email);
        assert.equal(kind, 'verify-email');
        assert.deepEqual(await whoGetsIn(email), [true, false], 'until it is proved');
        assert.equal(await verifyEmail(parts, { token: first.token }), undefined, 'the first mail has ended');
        if (code !== first.code) assert.equal(await verifyEmail(parts, { email, code: first.code }), undefined);
        assert.equal(await verifyEmail(parts, way === 'token' ? { token } : { email, code }), userId);
        assert.deepEqual(await whoGetsIn(email), [false, true]);
        assert.deepEqual([(await findUser(db, userId))?.name, await isVerified(userId)], ['Other', true]);
        assert.deepEqual(await artifactsOf(db, userId), ['Grant']);
      }
    });

    it('stays with the last registration when the mail is sent again, also after the first has run out', async () => {
      const { email, userId } = await enrol(parts);
      await again(email);
      for (const seconds of [61, 25 * 60 * 60]) {
        clock.advance(seconds);
        await sweepProofs(db, clock.now());
        await requestVerification(parts, email);
      }
      const token = tokenOf((await queuedMails(parts, email)).at(-1));
      assert.equal(await verifyEmail(parts, { token }), userId);
      assert.deepEqual(await whoGetsIn(email), [false, true]);
      clock.advance(25 * 60 * 60);
      await sweepProofs(db, clock.now());
      assert.equal((await db('email_proofs').where({ user_id: userId })).length, 0);
    });

    it('keeps a session and the password that are the registration’s own', async () => {
      const { userId, email, token } = await enrol(parts);
      await signedIn(db, userId);
      assert.equal(await verifyEmail(parts, { token }), userId);
      assert.deepEqual([(await artifactsOf(db, userId)).length, await whoGetsIn(email)], [5, [true, false]]);
    });

    it('is nobody’s to take where the account is more than registered: its owner is told', async () => {
      const made = newEmail();
      const person = { email: made, name: undefined, locale: undefined, emailVerified: false, password: PASSWORD };
      await createUser(parts, person, 'print');
      const [disabled, changed] = [await enrol(parts), await enrol(parts)];
      await db('users').where({ id: disabled.userId }).update({ status: 'disabled' });
      const owner = await findUser(db, changed.userId);
      const { link = '' } = (owner && (await makePasswordLink(parts, owner))) ?? {};
      const set = new URL(link).searchParams.get('token') ?? '';
      await resetPassword(parts, set, 'a password that was set since then');
      for (const email of [made, disabled.email, changed.email])
        assert.equal((await again(email)).kind, 'address-taken');
      assert.equal(await verifyEmail(parts, { token: changed.token }), changed.userId);
      assert.deepEqual(
        await whoGetsIn(changed.email),
        [false, false],
        'nor does what it was registered with come back',
      );
    });
  });

  it('[29] counts a wrong code without waiting for the disk, and proves by a right one for good', async () => {
    const { email, code } = await enrol(parts);
    const statementsOf = async (act: () => Promise<unknown>) => {
      const statements: string[] = [];
      const note = ({ sql }: { sql: string }) => void statements.push(sql.replaceAll('"', ''));
      db.on('query', note);
      await act();
      db.off('query', note);
      return statements.map((sql) =>
        /^(begin|commit|set local synchronous_commit = off|\w+)/i.exec(sql)?.[0].toLowerCase(),
      );
    };
    const counted = ['begin', 'set local synchronous_commit = off', 'update', 'commit'];
    for (const address of [email, newEmail()])
      assert.deepEqual(
        await statementsOf(() => verifyEmail(parts, { email: address, code: wrongCode(code) })),
        counted,
      );
    const right = await statementsOf(() => verifyEmail(parts, { email, code }));
    assert.deepEqual(right.slice(0, 5), [...counted, 'begin']);
    assert.ok(right.includes('delete') && !right.slice(4).includes(counted[1]));
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
