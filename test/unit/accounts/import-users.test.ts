import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { v7 } from 'uuid';
import { type AccountParts, type BadLine, type ImportLine, importUsers } from '../../../src/accounts/index.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { accountParts } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { newEmail } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

const HASH = `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$${'A'.repeat(43)}`;

describe('importing users', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = accountParts(db, new TestClock());
  });
  after(() => close());

  async function* linesOf(texts: readonly (string | Buffer | undefined)[]): AsyncGenerator<ImportLine> {
    for (const [index, text] of texts.entries())
      yield { number: index + 1, text: text === undefined ? undefined : Buffer.from(text) };
  }
  /** Imports lines as they are, or objects as JSON. */
  async function take(lines: readonly (object | string | undefined)[], { dryRun = false } = {}) {
    const bad: BadLine[] = [];
    const texts = lines.map((line) =>
      typeof line !== 'object' || Buffer.isBuffer(line) ? (line as string | undefined) : JSON.stringify(line),
    );
    const count = await importUsers(parts, linesOf(texts), { dryRun, onBadLine: (line) => void bad.push(line) });
    assert.equal(count.bad, bad.length);
    return { count: [count.imported, count.present, count.bad], bad };
  }
  const rowOf = (email: string) => db('users').where({ email }).first();

  it('takes every member as it is, and the least that there can be', async () => {
    const full = {
      email: ` Jörg.${newEmail()}`,
      email_verified: true,
      name: ' Jörg Müller 🦊 ',
      locale: 'de-at',
      status: 'disabled',
      password_hash: HASH,
      id: '0F8FAD5B-D9CB-469F-A165-70867728950E',
      created_at: '2019-05-01T10:00:00+02:00',
      last_login_at: '2024-02-29T23:59:59.999Z',
    };
    const least = { email: newEmail(), name: null, password_hash: null, id: null };
    assert.deepEqual((await take([full, least])).count, [2, 0, 0]);
    const row = await rowOf(full.email.trim());
    assert.deepEqual(row, {
      id: full.id.toLowerCase(),
      email: full.email.trim(),
      email_key: full.email.trim().toLowerCase(),
      email_verified: true,
      name: 'Jörg Müller 🦊',
      locale: 'de-AT',
      password_hash: HASH,
      status: 'disabled',
      created_at: new Date('2019-05-01T08:00:00Z'),
      updated_at: parts.clock.now(),
      last_login_at: new Date(full.last_login_at),
      deletion_due_at: null,
      devices_known_from: null,
    });
    const { email_verified, status, name, password_hash, created_at } = await rowOf(least.email);
    assert.deepEqual([email_verified, status, name, password_hash], [false, 'active', null, null]);
    assert.deepEqual(created_at, parts.clock.now());
  });

  it('tells of each bad line what is wrong with it, all of it, and takes the others', async () => {
    const good = newEmail();
    const email = newEmail();
    const cases: [object | string | undefined, string][] = [
      ['{', 'no_object'],
      ['[]', 'no_object'],
      ['"ada@example.com"', 'no_object'],
      ['null', 'no_object'],
      [Buffer.from('{"email": "\xe4da@example.com"}', 'latin1'), 'no_object'],
      [`{"email": "${email}"} {}`, 'no_object'],
      [undefined, 'too_long'],
      [{}, 'email missing'],
      [{ email: null }, 'email invalid'],
      [{ email: [email] }, 'email invalid'],
      [{ email: 'ada' }, 'email invalid'],
      [{ email: `${'a'.repeat(300)}@example.com` }, 'email invalid'],
      [{ email, admin: true }, 'admin unknown'],
      [`{"email": "${email}", "__proto__": {"status": "active"}}`, '__proto__ unknown'],
      [{ email, email_verified: 'true' }, 'email_verified invalid'],
      [{ email, name: 'a\u0000b' }, 'name invalid'],
      [{ email, name: 'a'.repeat(201) }, 'name invalid'],
      [{ email, locale: 'not a language' }, 'locale invalid'],
      [{ email, status: 'deleted' }, 'status invalid'],
      [{ email, password_hash: '5f4dcc3b5aa765d61d8327deb882cf99' }, 'password_hash hash_unknown'],
      [{ email, password_hash: 'correct horse battery staple' }, 'password_hash hash_unknown'],
      [{ email, password_hash: '' }, 'password_hash hash_unknown'],
      [{ email, id: '17' }, 'id invalid'],
      [{ email, id: v7({ msecs: Date.now() + 2 * 3_600_000 }) }, 'id invalid'],
      [{ email, created_at: '2024-02-30T00:00:00Z' }, 'created_at invalid'],
      [{ email, created_at: 1700000000 }, 'created_at invalid'],
      [{ email: 'ada', name: 7, plan: 'x' }, 'email invalid, name invalid, plan unknown'],
    ];
    const { count, bad } = await take([...cases.map(([line]) => line), { email: good }]);
    const told = bad.map(({ faults }) =>
      faults.map(({ member, problem }) => (member ? `${member} ${problem}` : problem)).join(', '),
    );
    assert.deepEqual(
      told,
      cases.map(([, expected]) => expected),
    );
    assert.deepEqual(
      bad.map(({ number }) => number),
      cases.map((_, index) => index + 1),
    );
    assert.deepEqual(count, [1, 0, cases.length]);
    assert.equal(await rowOf(email), undefined);
    assert.ok(await rowOf(good));
  });

  it('done again leaves everybody as they are by now, and says how many were there', async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => ({ email: newEmail(), name: `User ${index}` }));
    const [first] = lines;
    assert.ok(first);
    assert.deepEqual((await take(lines.slice(0, 1200))).count, [1200, 0, 0]);
    await db('users').where({ email: first.email }).update({ name: 'Changed since', password_hash: HASH });
    const before = await rowOf(first.email);
    assert.deepEqual((await take(lines)).count, [1300, 1200, 0]);
    assert.deepEqual((await take(lines)).count, [0, 2500, 0]);
    assert.deepEqual(await rowOf(first.email), before);
  });

  it('[39] knows an address in any spelling, in the same file too', async () => {
    const email = newEmail();
    const spellings = [email, email.toUpperCase(), ` ${email}`, email.replace('p', 'ｐ')].map((spelling) => ({
      email: spelling,
    }));
    assert.deepEqual((await take(spellings)).count, [1, 3, 0]);
    assert.deepEqual((await take([{ email: email.replace('@', '+tag@') }])).count, [1, 0, 0]);
  });

  it('gives nobody another’s id, and nobody another id than the line says', async () => {
    const [ada, bob] = [newEmail(), newEmail()];
    const [id, another] = [newId(), newId()];
    assert.deepEqual(
      (
        await take([
          { email: ada, id },
          { email: ada, id },
        ])
      ).count,
      [1, 1, 0],
    );
    const { count, bad } = await take([
      { email: bob, id },
      { email: ada, id: another },
      { email: ada },
      { email: ada, id },
    ]);
    assert.deepEqual(count, [0, 2, 2]);
    assert.deepEqual(bad, [
      { number: 1, faults: [{ member: 'id', problem: 'taken' }] },
      { number: 2, faults: [{ member: 'email', problem: 'taken' }] },
    ]);
    assert.equal(await rowOf(bob), undefined);
  });

  it('as a trial writes nothing, and comes to the same', async () => {
    const [there, fresh] = [newEmail(), newEmail()];
    const id = newId();
    await take([{ email: there, id }]);
    const lines = [{ email: there }, { email: fresh }, { email: newEmail(), id }, { email: 'x' }];
    const before = await db('users').count();
    const trial = await take(lines, { dryRun: true });
    assert.deepEqual(await db('users').count(), before);
    assert.deepEqual(trial, await take(lines));
    assert.deepEqual(trial.count, [1, 1, 2]);
  });

  it('twice at the same time, and in opposite orders, makes everybody once', async () => {
    const lines = Array.from({ length: 3000 }, () => ({ email: newEmail() }));
    const counts = await Promise.all([take(lines), take(lines.toReversed())]);
    const [imported, present] = [0, 1].map((of) => counts.reduce((sum, { count }) => sum + (count[of] ?? 0), 0));
    assert.deepEqual([imported, present], [3000, 3000]);
  });
});
