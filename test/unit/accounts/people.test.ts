import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import {
  type AccountParts,
  createUser,
  findPerson,
  listUsers,
  makePasswordLink,
  type Person,
  resetPassword,
  type UserQuery,
  verifyEmail,
  verifyUser,
} from '../../../src/accounts/index.ts';
import { accountParts, enrol, queuedMails, signInWith, tokenOf } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { newEmail, PASSWORD } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('people, as an operator has to do with them', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    clock = new TestClock();
    parts = accountParts(db, clock);
  });
  after(() => close());

  const person = (more: Partial<Person> = {}): Person => ({
    email: newEmail(),
    name: undefined,
    locale: undefined,
    emailVerified: false,
    password: undefined,
    ...more,
  });
  async function made(more: Partial<Person> = {}, handover: 'mail' | 'print' = 'print') {
    const wanted = person(more);
    const created = await createUser(parts, wanted, handover);
    assert.ok('id' in created, JSON.stringify(created));
    const user = await findPerson(db, created.id);
    assert.ok(user);
    const token = created.link && new URL(created.link.link).searchParams.get('token');
    return { user, token: token ?? '', expiresAt: created.link?.expiresAt, email: wanted.email };
  }
  const found = async (id: string) => (await findPerson(db, id)) ?? assert.fail();

  describe('being created', () => {
    it('have no password, and a link to set one that proves no address', async () => {
      const { user, token, expiresAt, email } = await made({ name: ' Ada ', locale: 'sv' });
      assert.deepEqual([user.name, user.locale, user.emailVerified, user.hasPassword], ['Ada', 'sv', false, false]);
      assert.equal(expiresAt?.getTime(), clock.now().getTime() + 30 * 60 * 1000);
      assert.deepEqual(await queuedMails(parts, email), []);
      assert.equal(await signInWith(parts, email, ''), undefined);
      assert.deepEqual(await resetPassword(parts, token, PASSWORD), { userId: user.id });
      assert.equal((await signInWith(parts, email, PASSWORD))?.id, user.id);
      assert.equal((await found(user.id)).emailVerified, false);
      assert.deepEqual(await resetPassword(parts, token, PASSWORD), { problem: 'token_invalid' });
    });

    it('are mailed a link that works for a day and proves the address', async () => {
      const { user, email, token } = await made({ locale: 'fr' }, 'mail');
      assert.equal(token, '');
      const [mail, ...more] = await queuedMails(parts, email);
      assert.deepEqual([mail?.kind, mail?.locale, more.length], ['invitation', 'fr', 0]);
      clock.advance(24 * 60 * 60 - 1);
      assert.deepEqual(await resetPassword(parts, tokenOf(mail), PASSWORD), { userId: user.id });
      assert.equal((await found(user.id)).emailVerified, true);
    });

    it('may be given a password and a proved address at once', async () => {
      const { user, token, email } = await made({ emailVerified: true, password: PASSWORD });
      assert.deepEqual([user.emailVerified, user.hasPassword, token], [true, true, '']);
      assert.equal((await signInWith(parts, email, PASSWORD))?.id, user.id);
    });

    it('are nobody, where something is wrong: all of it is said, and nothing written', async () => {
      const { email } = await made();
      const before = await db('users').count();
      const wrong = person({ email: 'nobody', name: 'a\u0000b', password: 'short' });
      assert.deepEqual(await createUser(parts, wrong, 'print'), {
        problems: { email: 'email_invalid', name: 'name_invalid', password: 'password_too_short' },
      });
      const taken = await createUser(parts, person({ email: email.toUpperCase() }), 'mail');
      assert.deepEqual(taken, { problems: { email: 'email_taken' } });
      assert.deepEqual(await db('users').count(), before);
      assert.deepEqual(await queuedMails(parts, email), []);
    });
  });

  describe('having lost their password', () => {
    it('get a link that ends every older one, mailed ones too, and is ended by a newer', async () => {
      const { user, token: first } = await made();
      const second = (await makePasswordLink(parts, user))?.link ?? '';
      const third = (await makePasswordLink(parts, user))?.link ?? '';
      for (const token of [first, new URL(second).searchParams.get('token') ?? ''])
        assert.deepEqual(await resetPassword(parts, token, PASSWORD), { problem: 'token_invalid' });
      const token = new URL(third).searchParams.get('token') ?? '';
      assert.deepEqual(await resetPassword(parts, token, PASSWORD), { userId: user.id });
    });

    it('get a link that works for half an hour', async () => {
      const { user } = await made();
      const { link = '', expiresAt } = (await makePasswordLink(parts, user)) ?? {};
      clock.advance(30 * 60);
      assert.equal(expiresAt?.getTime(), clock.now().getTime());
      const token = new URL(link).searchParams.get('token') ?? '';
      assert.deepEqual(await resetPassword(parts, token, PASSWORD), { problem: 'token_invalid' });
    });

    it('get none when they are disabled', async () => {
      const { user } = await made();
      assert.equal(await makePasswordLink(parts, { ...user, status: 'disabled' }), undefined);
    });
  });

  describe('being verified', () => {
    it('need no proof any more, and what was mailed for it ends', async () => {
      const { userId, token } = await enrol(parts);
      assert.equal(await verifyUser(parts, await found(userId)), true);
      assert.equal((await found(userId)).emailVerified, true);
      assert.equal(await verifyEmail(parts, { token }), undefined);
      assert.equal(await verifyUser(parts, await found(userId)), false, 'once');
    });
  });

  describe('being looked for', () => {
    it('are found by id and by any spelling of the address, and nobody else is', async () => {
      const { user, email } = await made();
      for (const named of [user.id, user.id.toUpperCase(), email, ` ${email.toUpperCase()} `])
        assert.equal((await findPerson(db, named))?.id, user.id, named);
      for (const named of ['', 'nobody', 'nobody@example.com', '00000000-0000-7000-8000-000000000000', "' or 1=1 --"])
        assert.equal(await findPerson(db, named), undefined, named);
    });

    const crowd = async (size: number, name?: string) => {
      for (let index = 0; index < size; index += 1) await made({ name: name && `${name} ${index}` });
    };

    it('are listed each once, page by page, whatever the size of a page', async () => {
      await crowd(7);
      const ids = await db('users').orderBy('id').pluck('id');
      for (const limit of [1, 3, ids.length - 1, ids.length, 100]) {
        const seen: string[] = [];
        for (let after: string | undefined, more = true; more; more = after !== undefined) {
          const page = await listUsers(db, { q: undefined, status: undefined, after, limit });
          assert.ok(page.users.length <= limit);
          seen.push(...page.users.map(({ id }) => id));
          after = page.next;
        }
        assert.deepEqual(seen, ids, `${limit} a page`);
      }
    });

    it('are found by a part of the address or the name, as it is written, and by their state', async () => {
      await crowd(4, 'Zoë 50%_');
      await db('users').where({ name: 'Zoë 50%_ 1' }).update({ status: 'disabled' });
      const count = async (more: Partial<UserQuery>) =>
        (await listUsers(db, { q: undefined, status: undefined, after: undefined, limit: 100, ...more })).users.length;
      const queries: [Partial<UserQuery>, number][] = [
        [{ q: 'zoË' }, 4],
        [{ q: '50%_ 3' }, 1],
        [{ q: 'zoë%3' }, 0],
        [{ q: 'zoë_50' }, 0],
        [{ q: '\\' }, 0],
        [{ status: 'disabled' }, 1],
        [{ q: 'zoë', status: 'active' }, 3],
      ];
      for (const [query, expected] of queries) assert.equal(await count(query), expected, JSON.stringify(query));
      assert.equal(await count({ q: 'EXAMPLE.com' }), (await db('users')).length, 'addresses too');
    });
  });
});
