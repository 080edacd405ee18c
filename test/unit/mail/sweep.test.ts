import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { firstIdAt, newId } from '../../../src/kernel/ids.ts';
import { sweepMails } from '../../../src/mail/index.ts';
import { removeOldMails } from '../../../src/mail/store.ts';
import { openTestDatabase } from '../../support/database.ts';
import { TestClock } from '../../support/test-clock.ts';

const DAY = 86_400;

describe('sweeping mails', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  beforeEach(async () => {
    clock = new TestClock();
    await db('mails').delete();
  });
  after(() => close());

  const insert = (state: 'queued' | 'sent' | 'failed', count = 1) => {
    const now = clock.now();
    const row = () => ({ id: newId(), kind: 'verify-email', state, created_at: now });
    const rows = Array.from({ length: count }, () => ({ ...row(), sent_at: state === 'sent' ? now : null }));
    return db('mails').insert(rows);
  };
  const left = () => db('mails').orderBy('state').pluck('state');

  it('forgets what was sent 30 days ago, and what failed 90 days ago, and nothing sooner', async () => {
    for (const state of ['sent', 'failed'] as const) await insert(state);
    clock.advance(30 * DAY - 1);
    await sweepMails({ db, clock });
    assert.deepEqual(await left(), ['failed', 'sent']);
    clock.advance(2);
    await sweepMails({ db, clock });
    assert.deepEqual(await left(), ['failed']);
    clock.advance(60 * DAY - 2);
    await sweepMails({ db, clock });
    assert.deepEqual(await left(), ['failed']);
    clock.advance(2);
    await sweepMails({ db, clock });
    assert.deepEqual(await left(), []);
  });

  it('gives a mail that nobody will send its 90 days as well, and leaves one alone that waits', async () => {
    await insert('queued');
    await sweepMails({ db, clock });
    assert.deepEqual(await left(), ['failed']);
    const now = clock.now();
    await insert('queued');
    clock.advance(1000 * DAY);
    await removeOldMails(db, { sentBefore: clock.now(), failedBefore: now });
    assert.deepEqual(await left(), ['failed', 'queued']);
  });

  it('goes in small batches, and passes by what somebody holds', async () => {
    await insert('sent', 25);
    clock.advance(DAY);
    const all = { sentBefore: clock.now(), failedBefore: clock.now() };
    await db.transaction(async (other) => {
      assert.equal((await other('mails').limit(5).forUpdate()).length, 5);
      assert.equal(await removeOldMails(db, all, 7), 20);
    });
    assert.equal(await removeOldMails(db, all, 7), 5);
  });

  it('looks at none that is too young, by their ids', async () => {
    await insert('sent', 200);
    await db.raw('analyze mails');
    const { rows } = await db.raw('explain select id from mails where id < ? order by id limit 1000', [
      firstIdAt(new Date(0)),
    ]);
    assert.match(JSON.stringify(rows), /Index.*mails_pkey/);
    assert.ok(firstIdAt(clock.now()) <= newId() && firstIdAt(new Date(Date.now() + 1000)) > newId());
  });
});
