import assert from 'node:assert/strict';
import argon2 from 'argon2';
import type { Knex } from 'knex';
import { type AccountParts, findUser, PASSWORD_MIN, register } from '../../../src/accounts/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { accountParts, hashingInFull, queuedMails, signInWith } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';

const PASSWORD = 'correct horse battery staple';

describe('accounts', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = hashingInFull(accountParts(db, systemClock));
  });
  after(() => close());

  const enrol = (email: string, password = PASSWORD, name?: string) => register(parts, { email, password, name });
  const idOf = (result: Awaited<ReturnType<typeof enrol>>): string => {
    assert.ok('userId' in result && result.userId);
    return result.userId;
  };
  const signIn = (email: string, password: string) => signInWith(parts, email, password);

  it('registers with Argon2id at OWASP’s figures, unverified, and signs in with any spelling of the address', async () => {
    const id = idOf(await enrol(' Ada@Example.com', PASSWORD, ' Ada '));
    const row = await db('users').where({ id }).first();
    assert.match(row.password_hash, /^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    const user = await findUser(db, id);
    assert.deepEqual([user?.email, user?.name, user?.emailVerified], ['Ada@Example.com', 'Ada', false]);
    assert.equal((await signIn('ADA@example.COM', PASSWORD))?.id, id);
    assert.ok((await findUser(db, id))?.lastLoginAt);
  });

  it('is one account an address, however many register at once', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => enrol('race@example.com')));
    assert.equal(results.filter((result) => 'userId' in result).length, 1);
    assert.equal((await db('users').where({ email_key: 'race@example.com' })).length, 1);
    const kinds = (await queuedMails(parts, 'race@example.com')).map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, Array(5).fill('verify-email'));
  });

  it('changes nothing for an address that has an account, and tells its owner by mail', async () => {
    await enrol('Taken@example.com');
    await db('users').where({ email_key: 'taken@example.com' }).update({ email_verified: true });
    const before = await db('users').where({ email_key: 'taken@example.com' }).first();
    const proofs = await db('email_proofs').where({ user_id: before.id });
    assert.deepEqual(await enrol('TAKEN@example.com', 'a stranger’s own password', 'Mallory'), {});
    assert.deepEqual(await db('users').where({ email_key: 'taken@example.com' }).first(), before);
    assert.deepEqual(await db('email_proofs').where({ user_id: before.id }), proofs);
    const [, mail] = await queuedMails(parts, 'Taken@example.com');
    assert.deepEqual([mail?.kind, mail?.userId], ['address-taken', before.id]);
    assert.doesNotMatch(JSON.stringify(mail?.locals), /token|Mallory/);
    assert.deepEqual(await queuedMails(parts, 'TAKEN@example.com'), []);
  });

  it('says everything that is wrong at once, and writes nothing', async () => {
    const result = await enrol('nonsense', 'short', 'a\0b');
    assert.ok('problems' in result);
    assert.deepEqual(Object.keys(result.problems).sort(), ['email', 'name', 'password']);
    assert.equal((await db('users').where({ email: 'nonsense' })).length, 0);
  });

  it('counts code points, takes any characters, and cuts nothing off', async () => {
    assert.ok('problems' in (await enrol('short@example.com', '🔑'.repeat(PASSWORD_MIN - 1))));
    const long = `${'🔑'.repeat(400)} opens the garden gate`;
    assert.ok('userId' in (await enrol('long@example.com', long)));
    assert.ok(await signIn('long@example.com', long));
    assert.equal(await signIn('long@example.com', `${'🔑'.repeat(400)} opens the garden shed`), undefined);
    assert.ok('problems' in (await enrol('toolong@example.com', 'x'.repeat(1001))));
  });

  it('signs in nobody with a wrong password, an unknown address, or a disabled account', async () => {
    const id = idOf(await enrol('grace@example.com'));
    assert.equal(await signIn('grace@example.com', `${PASSWORD}.`), undefined);
    assert.equal(await signIn('nobody@example.com', PASSWORD), undefined);
    assert.equal(await signIn('nonsense', PASSWORD), undefined);
    await db('users').where({ id }).update({ status: 'disabled' });
    assert.equal(await signIn('grace@example.com', PASSWORD), undefined);
  });

  it('verifies a hash made elsewhere with other parameters', async () => {
    const id = idOf(await enrol('linus@example.com'));
    const password_hash = await argon2.hash(PASSWORD, { timeCost: 3, memoryCost: 8192 });
    await db('users').where({ id }).update({ password_hash });
    assert.ok(await signIn('linus@example.com', PASSWORD));
  });
});
