import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import {
  type AccountParts,
  ANSWER_REQUEST,
  answerRequest,
  askFor,
  type RequestJob,
} from '../../../src/accounts/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { correlationId, withCorrelationId } from '../../../src/kernel/correlation.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { accountParts, enrol, queuedJobs, queuedMails } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { dumpDatabase } from '../../support/dump.ts';

describe('asking for a mail by an address', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  beforeEach(async () => {
    parts = accountParts(db, systemClock);
    await db.raw('delete from graphile_worker._private_jobs');
  });
  after(() => close());

  const jobs = () => queuedJobs<RequestJob>(db, ANSWER_REQUEST);

  for (const request of ['reset', 'verification'] as const) {
    it(`${request}: asks the database the same and queues the same for a known and an unknown address`, async () => {
      const { email } = await enrol(parts);
      const unknown = email.replace('person', 'nobody');
      const seen: string[][] = [];
      for (const address of [email, unknown]) {
        const statements: string[] = [];
        const note = ({ sql }: { sql: string }) => void statements.push(sql);
        db.on('query', note);
        await askFor(request, parts, address, { interaction: 'an-interaction', app: 'Web shop' });
        db.off('query', note);
        seen.push(statements);
      }
      assert.deepEqual(seen[0], seen[1]);
      assert.equal(seen[0]?.length, 1);
      const queued = await jobs();
      assert.deepEqual(
        queued.map(({ request: what }) => what),
        [request, request],
      );
      assert.equal(queued[0]?.sealed.length, queued[1]?.sealed.length);
      assert.deepEqual(Object.keys(queued[0] ?? {}), Object.keys(queued[1] ?? {}));
    });
  }

  it('keeps no address in the queue, and opens no job under another’s id or key', async () => {
    await askFor('reset', parts, 'somebody-unheard-of@example.com');
    assert.ok(!(await dumpDatabase(db)).includes('somebody-unheard-of'));
    const [job] = await jobs();
    assert.ok(job);
    await assert.rejects(answerRequest(parts, { ...job, id: newId() }), /sealed/);
    await assert.rejects(answerRequest(accountParts(db, systemClock, randomBytes(32)), job), /sealed/);
  });

  it('answers with a mail where there is somebody, with the sign-in that was under way', async () => {
    const { email } = await enrol(parts);
    await askFor('reset', parts, email.toUpperCase(), { interaction: 'an-interaction', app: 'Web shop' });
    await askFor('reset', parts, 'nobody@example.com');
    for (const job of await jobs()) await answerRequest(parts, job);
    const [, mail] = await queuedMails(parts, email);
    assert.equal(mail?.kind, 'reset-password');
    assert.equal(mail?.locals['app'], 'Web shop');
    const link = new URL(mail?.locals['link'] ?? '');
    assert.deepEqual([link.origin, link.pathname], ['https://id.example.com', '/account/reset-password']);
    assert.equal(link.searchParams.get('interaction'), 'an-interaction');
    assert.deepEqual(await queuedMails(parts, 'nobody@example.com'), []);
  });

  it('carries the correlation id to the job and its mail', async () => {
    const { email } = await enrol(parts);
    await withCorrelationId('the-request-42', () => askFor('reset', parts, email));
    const [job] = await jobs();
    assert.equal(job?.correlation_id, 'the-request-42');
    if (job) await answerRequest(parts, job);
    const ids = (await queuedJobs<RequestJob>(db, 'send_mail')).map(({ correlation_id }) => correlation_id);
    assert.equal(ids.at(-1), 'the-request-42');
    assert.equal(correlationId(), undefined);
  });
});
