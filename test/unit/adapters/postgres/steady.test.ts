import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import {
  createDatabase,
  postgresArtifacts,
  recordEnded,
  sweepArtifacts,
  sweepRevocations,
} from '../../../../adapters/postgres/index.ts';
import type { Write } from '../../../../src/artifacts/index.ts';
import { newId } from '../../../../src/kernel/ids.ts';
import { insertMail, recordSent, removeOldMails } from '../../../../src/mail/store.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { TestClock } from '../../../support/test-clock.ts';

const MINUTE = 60;
/** Minutes that what is issued lives. */
const LIFE = 3;
const PER_MINUTE = 40;
const MAILS = 10;
const BATCH = 7;

describe('housekeeping under steady issue', () => {
  let database: TestDatabase;
  let db: Knex;
  const clock = new TestClock();
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 4 });
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const due = (minutes: number) => new Date(clock.now().getTime() + minutes * MINUTE * 1000);

  /** A minute's tokens, revocations and mails. */
  async function issue(): Promise<void> {
    const none = { accountId: undefined, clientId: undefined, grantId: undefined, uid: undefined, userCode: undefined };
    const put = (): Write => ({
      kind: 'put',
      artifact: { ...none, model: 'RefreshToken', id: randomBytes(32), payload: {}, expiresAt: due(LIFE) },
    });
    await postgresArtifacts(db, clock).apply(Array.from({ length: PER_MINUTE }, put));
    const ended = Array.from({ length: PER_MINUTE }, () => ({ kind: 'jti', value: newId() }) as const);
    await db.transaction((transaction) => recordEnded(transaction, ended, { now: clock.now(), until: due(LIFE) }));
    for (let mail = 0; mail < MAILS; mail += 1) {
      const id = newId();
      await insertMail(db, { id, kind: 'verify-email', userId: undefined, createdAt: clock.now() }, '[]');
      await recordSent(db, id, clock.now(), '[]');
    }
  }

  /** The job's, by small batches; how many rows each statement took away. */
  async function sweep(): Promise<number[]> {
    const taken: number[] = [];
    const note = (answer: { command?: string; rowCount?: number }) => {
      if (answer.command === 'DELETE') taken.push(answer.rowCount ?? 0);
    };
    db.on('query-response', note);
    await sweepArtifacts(db, clock, BATCH);
    await sweepRevocations(db, clock.now(), BATCH);
    await removeOldMails(db, { sentBefore: due(-LIFE), failedBefore: due(-LIFE) }, BATCH);
    db.off('query-response', note);
    return taken;
  }

  const count = async (table: string) => Number((await db(table).count('* as n').first())?.['n']);

  it('tables level off, and no statement touches more than a batch', async () => {
    const sizes: number[][] = [];
    for (let minute = 0; minute < 4 * LIFE; minute += 1) {
      await issue();
      clock.advance(MINUTE);
      const taken = await sweep();
      assert.ok(
        taken.every((rows) => rows <= BATCH),
        `${taken} of ${BATCH} at most`,
      );
      if (minute >= LIFE) assert.ok(taken.filter((rows) => rows === BATCH).length > 2, 'it takes several');
      sizes.push(await Promise.all(['oidc_artifacts', 'revocations', 'mails'].map(count)));
    }
    const level = [PER_MINUTE * (LIFE - 1), PER_MINUTE * (LIFE - 1), MAILS * (LIFE - 1)];
    for (const size of sizes.slice(LIFE)) assert.deepEqual(size, level);
  });
});
