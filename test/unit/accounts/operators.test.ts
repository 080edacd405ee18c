import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type AccountParts,
  changeName,
  changeUser,
  eraseUser,
  findUser,
  listUsers,
  requestDeletion,
  revokeGrant,
  signOutEverywhere,
} from '../../../src/accounts/index.ts';
import { sha256 } from '../../../src/kernel/ids.ts';
import { accountParts, artifactsOf, enrol, signedIn } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { dumpDatabase, LOG, occurrences } from '../../support/dump.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('what an operator does to somebody’s account', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  let clock: TestClock;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    clock = new TestClock();
    parts = accountParts(db, clock);
  });
  after(() => close());

  const two = async () => {
    const [ada, bob] = [await enrol(parts), await enrol(parts)];
    for (const { userId } of [ada, bob]) await signedIn(db, userId);
    return { ada, bob };
  };

  it('[33] signing out: everything they are signed in with ends, what they allowed stays', async () => {
    const { ada, bob } = await two();
    assert.equal(await signOutEverywhere(parts, ada.userId), true);
    assert.deepEqual(await artifactsOf(db, ada.userId), ['Grant']);
    assert.equal((await artifactsOf(db, bob.userId)).length, 5);
    assert.equal(await signOutEverywhere(parts, ada.userId), true, 'twice comes to the same');
    assert.equal(await signOutEverywhere(parts, randomUUID()), false);
  });

  it('[33] erasing: at once, whatever they wished themselves, and nothing is left in a dump', async () => {
    const { ada, bob } = await two();
    const name = `Grace ${randomBytes(8).toString('hex')}`;
    await changeName(parts, ada.userId, name);
    await requestDeletion(parts, ada.userId);
    const secrets = { id: ada.userId, email: ada.email, name };
    assert.equal(occurrences(await dumpDatabase(db), secrets).length, 3, 'the dump sees what is there');
    assert.equal(await eraseUser(parts, ada.userId), true);
    assert.deepEqual(occurrences(await dumpDatabase(db, LOG), secrets), []);
    assert.deepEqual(occurrences(await dumpDatabase(db), secrets), ['id'], 'events tell of them by id alone');
    assert.equal((await artifactsOf(db, bob.userId)).length, 5);
    assert.equal(await eraseUser(parts, ada.userId), false);
  });

  it('changing: all that is named, or nothing', async () => {
    const { ada } = await two();
    const before = await findUser(db, ada.userId);
    clock.advance(60);
    const failing = { ...parts, endSessions: () => Promise.reject(new Error('the disk is full')) };
    await assert.rejects(changeUser(failing, ada.userId, { status: 'disabled', name: 'Other' }), /disk/);
    assert.deepEqual(await findUser(db, ada.userId), before);
    const wrong = await changeUser(parts, ada.userId, { status: 'disabled', name: 'a\u0000b' });
    assert.deepEqual(wrong, { problem: 'name_invalid' });
    assert.deepEqual(await findUser(db, ada.userId), before);
    assert.equal((await artifactsOf(db, ada.userId)).length, 5);
    const changed = await changeUser(parts, ada.userId, { status: 'disabled', name: ' Other ' });
    assert.deepEqual(changed, { ...before, status: 'disabled', name: 'Other', updatedAt: clock.now() });
    assert.deepEqual(await artifactsOf(db, ada.userId), ['Grant']);
    assert.equal(await changeUser(parts, randomUUID(), { status: 'disabled' }), undefined);
  });

  it('erasing is all or nothing, too', async () => {
    const { ada } = await two();
    const personal = { ...parts.personal, erase: () => Promise.reject(new Error('Redis is away')) };
    await assert.rejects(eraseUser({ ...parts, personal }, ada.userId), /away/);
    assert.equal((await artifactsOf(db, ada.userId)).length, 5);
    assert.ok(await findUser(db, ada.userId));
  });

  it('[24] taking a grant back: with what hangs on it, by a name that opens nothing', async () => {
    const { ada, bob } = await two();
    const [engineId, grantId] = ['the-engine’s-id', sha256('the-engine’s-id')];
    const row = (model: string, id: Buffer) => ({
      model,
      id,
      payload: '{}',
      account_id: ada.userId,
      grant_id: grantId,
    });
    await db('oidc_artifacts').insert([row('Grant', grantId), row('RefreshToken', randomBytes(32))]);
    const grants = await parts.personal.grants(db, ada.userId);
    const { id } = grants.find((grant) => grant.id === grantId.toString('base64url')) ?? assert.fail();
    for (const [userId, named] of [
      [bob.userId, id],
      [ada.userId, engineId],
      [ada.userId, ''],
      [ada.userId, `${id.slice(1)}`],
    ] as const)
      assert.equal(await revokeGrant(parts, userId, named), false);
    assert.equal(await revokeGrant(parts, ada.userId, id), true);
    assert.equal((await artifactsOf(db, ada.userId)).length, 5, 'what hangs on other grants stays');
    assert.equal(await revokeGrant(parts, ada.userId, id), false);
  });

  it('listing: an address is found in every spelling, a name however its accents are', async () => {
    const { userId } = await enrol(parts, 'Jörg@bücher.example');
    await changeName(parts, userId, 'Zoë'.normalize('NFD'));
    for (const q of [
      'JÖRG@xn--bcher-kva.example',
      'jörg@BÜCHER.example'.normalize('NFD'),
      'ZOË',
      'zoë'.normalize('NFD'),
    ]) {
      const { users } = await listUsers(db, { q, status: undefined, after: undefined, limit: 5 });
      assert.deepEqual(
        users.map(({ id }) => id),
        [userId],
        q,
      );
    }
  });
});
