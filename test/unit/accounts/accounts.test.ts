import assert from 'node:assert/strict';
import argon2 from 'argon2';
import type { Knex } from 'knex';
import { authenticate, findUser, PASSWORD_MIN, register } from '../../../src/accounts/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openTestDatabase } from '../../support/database.ts';

const PASSWORD = 'correct horse battery staple';

describe('accounts', () => {
  let db: Knex;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());

  const enrol = (email: string, password = PASSWORD, name?: string) =>
    register(db, systemClock, { email, password, name });
  const signIn = (email: string, password: string) => authenticate(db, systemClock, email, password);

  it('registers with Argon2id at OWASP’s figures, unverified, and signs in with any spelling of the address', async () => {
    const result = await enrol(' Ada@Example.com', PASSWORD, ' Ada ');
    assert.ok('userId' in result);
    const row = await db('users').where({ id: result.userId }).first();
    assert.match(row.password_hash, /^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    const user = await findUser(db, result.userId);
    assert.deepEqual([user?.email, user?.name, user?.emailVerified], ['Ada@Example.com', 'Ada', false]);
    assert.equal((await signIn('ADA@example.COM', PASSWORD))?.id, result.userId);
    assert.ok((await findUser(db, result.userId))?.lastLoginAt);
  });

  it('is one account an address, however many register at once', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => enrol('race@example.com')));
    assert.equal(results.filter((result) => 'userId' in result).length, 1);
    assert.equal((await db('users').where({ email_key: 'race@example.com' })).length, 1);
  });

  it('says everything that is wrong at once, and writes nothing', async () => {
    const result = await enrol('nonsense', 'short', 'a\0b');
    assert.ok('problems' in result);
    assert.deepEqual(Object.keys(result.problems).sort(), ['email', 'name', 'password']);
    assert.equal((await db('users').where({ email: 'nonsense' })).length, 0);
  });

  it('counts code points, takes any characters, and cuts nothing off', async () => {
    assert.ok('problems' in (await enrol('short@example.com', '🔑'.repeat(PASSWORD_MIN - 1))));
    const long = `${'🔑'.repeat(400)} the end`;
    assert.ok('userId' in (await enrol('long@example.com', long)));
    assert.ok(await signIn('long@example.com', long));
    assert.equal(await signIn('long@example.com', `${'🔑'.repeat(400)} the other end`), undefined);
    assert.ok('problems' in (await enrol('toolong@example.com', 'x'.repeat(1001))));
  });

  it('signs in nobody with a wrong password, an unknown address, or a disabled account', async () => {
    const result = await enrol('grace@example.com');
    assert.ok('userId' in result);
    assert.equal(await signIn('grace@example.com', `${PASSWORD}.`), undefined);
    assert.equal(await signIn('nobody@example.com', PASSWORD), undefined);
    assert.equal(await signIn('nonsense', PASSWORD), undefined);
    await db('users').where({ id: result.userId }).update({ status: 'disabled' });
    assert.equal(await signIn('grace@example.com', PASSWORD), undefined);
  });

  it('verifies a hash made elsewhere with other parameters', async () => {
    const result = await enrol('linus@example.com');
    assert.ok('userId' in result);
    const password_hash = await argon2.hash(PASSWORD, { timeCost: 3, memoryCost: 8192 });
    await db('users').where({ id: result.userId }).update({ password_hash });
    assert.ok(await signIn('linus@example.com', PASSWORD));
  });
});
