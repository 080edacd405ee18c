import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { type AccountParts, disableUser, enableUser, findUser } from '../../../src/accounts/index.ts';
import { accountParts, artifactsOf, enrol, signedIn, signInWith } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { PASSWORD } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('disabling a user', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = accountParts(db, new TestClock());
  });
  after(() => close());

  it('[33] ends what they are signed in with, and nobody else’s', async () => {
    const [ada, bob] = [await enrol(parts), await enrol(parts)];
    for (const { userId } of [ada, bob]) await signedIn(db, userId);
    const bobs = await artifactsOf(db, bob.userId);
    assert.equal(await disableUser(parts, ada.userId), true);
    assert.deepEqual(await artifactsOf(db, ada.userId), ['Grant']);
    assert.deepEqual(await artifactsOf(db, bob.userId), bobs);
    assert.equal((await findUser(db, ada.userId))?.status, 'disabled');
    assert.equal(await signInWith(parts, ada.email, PASSWORD), undefined);
    assert.ok(await signInWith(parts, bob.email, PASSWORD));
  });

  it('is undone by enabling: the password is what it was, and what was ended stays so', async () => {
    const { userId, email } = await enrol(parts);
    await signedIn(db, userId);
    await disableUser(parts, userId);
    assert.equal(await enableUser(parts, userId), true);
    assert.equal((await signInWith(parts, email, PASSWORD))?.id, userId);
    assert.deepEqual(await artifactsOf(db, userId), ['Grant']);
  });

  it('is done, or is not: a step that fails leaves everything as it was', async () => {
    const { userId } = await enrol(parts);
    await signedIn(db, userId);
    const endSessions = () => Promise.reject(new Error('the disk is full'));
    await assert.rejects(disableUser({ ...parts, endSessions }, userId), /disk/);
    assert.equal((await findUser(db, userId))?.status, 'active');
    assert.equal((await artifactsOf(db, userId)).length, 5);
  });

  it('says when there is nobody of that id', async () => {
    const nobody = randomUUID();
    assert.equal(await disableUser(parts, nobody), false);
    assert.equal(await enableUser(parts, nobody), false);
  });
});
