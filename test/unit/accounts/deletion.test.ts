import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { requestEmailChange } from '../../../src/accounts/change-email.ts';
import {
  type AccountParts,
  changeName,
  eraseDueAccounts,
  findUser,
  keepAccount,
  requestDeletion,
} from '../../../src/accounts/index.ts';
import { accountParts, artifactsOf, enrol, queuedJobs, queuedMails, signedIn } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { dumpDatabase, LOG, occurrences } from '../../support/dump.ts';
import { newEmail } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

const DAY = 24 * 60 * 60;

describe('deleting an account', () => {
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

  it('[33] ends everything at once, consents too, says by mail when, and touches nobody else', async () => {
    const [ada, bob] = [await enrol(parts), await enrol(parts)];
    for (const { userId } of [ada, bob]) await signedIn(db, userId);
    const due = await requestDeletion(parts, ada.userId);
    assert.equal(due?.getTime(), clock.now().getTime() + 14 * DAY * 1000);
    assert.deepEqual(await artifactsOf(db, ada.userId), []);
    assert.equal((await artifactsOf(db, bob.userId)).length, 5);
    assert.deepEqual((await findUser(db, ada.userId))?.deletionDueAt, due);
    assert.equal((await queuedMails(parts, ada.email)).at(-1)?.kind, 'account-deletion');
    assert.equal((await findUser(db, bob.userId))?.deletionDueAt, undefined);
  });

  it('can be taken back for 14 days, and happens after them', async () => {
    const [ada, bob] = [await enrol(parts), await enrol(parts)];
    for (const { userId } of [ada, bob]) await requestDeletion(parts, userId);
    await db('users').whereNotIn('id', [ada.userId, bob.userId]).update({ deletion_due_at: null });
    clock.advance(14 * DAY - 1);
    assert.equal(await eraseDueAccounts(parts), 0);
    assert.equal(await keepAccount(parts, ada.userId), true);
    clock.advance(1);
    assert.equal(await eraseDueAccounts(parts), 1);
    assert.equal((await findUser(db, ada.userId))?.deletionDueAt, undefined);
    assert.equal(await findUser(db, bob.userId), undefined);
    assert.equal(await keepAccount(parts, bob.userId), false);
    assert.equal(await eraseDueAccounts(parts), 0);
  });

  it('leaves nothing of the person: no row, no queued mail, no trace in a dump', async () => {
    const [wanted, name, device] = [
      newEmail(),
      `Grace ${randomBytes(8).toString('hex')}`,
      randomBytes(12).toString('hex'),
    ];
    const { userId, email, token } = await enrol(parts);
    await changeName(parts, userId, name);
    await requestEmailChange(parts, userId, wanted);
    await requestDeletion(parts, userId);
    const seen = JSON.stringify({ kind: 'Session', uid: 'here', seen: { agent: device } });
    await db('oidc_artifacts').insert({ model: 'Session', id: randomBytes(32), payload: seen, account_id: userId });
    const secrets = { userId, email, wanted, name, device, token };
    assert.deepEqual(
      occurrences(await dumpDatabase(db), secrets).sort(),
      ['device', 'email', 'name', 'userId', 'wanted'],
      'the dump sees what is there',
    );
    const jobs = (await queuedJobs(db, 'send_mail')).length;
    clock.advance(14 * DAY);
    assert.equal(await eraseDueAccounts(parts), 1);
    assert.deepEqual(occurrences(await dumpDatabase(db, LOG), secrets), []);
    assert.deepEqual(occurrences(await dumpDatabase(db), secrets), ['userId'], 'events tell of them by id alone');
    assert.equal((await queuedJobs(db, 'send_mail')).length, jobs - 3, 'the mails that wait hold the address, sealed');
  });

  it('is done once by several nodes at the same time, batch by batch', async () => {
    const people = [];
    for (let at = 0; at < 7; at += 1) people.push(await enrol(parts));
    await Promise.all(people.map(({ userId }) => requestDeletion(parts, userId)));
    clock.advance(14 * DAY);
    const erased = await Promise.all([1, 2, 3].map(() => eraseDueAccounts(parts, 2)));
    assert.equal(
      erased.reduce((sum, each) => sum + each),
      7,
    );
    for (const { userId } of people) assert.equal(await findUser(db, userId), undefined);
  });

  it('erases nobody of a batch in which a step fails', async () => {
    const { userId } = await enrol(parts);
    await signedIn(db, userId);
    await db('users').where({ id: userId }).update({ deletion_due_at: clock.now() });
    const personal = { ...parts.personal, erase: () => Promise.reject(new Error('Redis is away')) };
    await assert.rejects(eraseDueAccounts({ ...parts, personal }), /away/);
    assert.equal((await artifactsOf(db, userId)).length, 5);
    assert.ok(await findUser(db, userId));
    assert.equal(await eraseDueAccounts(parts), 1);
  });
});
