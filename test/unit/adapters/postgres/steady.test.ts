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
import { putProof, sweepProofs } from '../../../../src/accounts/proof-store.ts';
import type { Write } from '../../../../src/artifacts/index.ts';
import { BATCH } from '../../../../src/kernel/batch.ts';
import { newId } from '../../../../src/kernel/ids.ts';
import { addSigned, sweepSigned } from '../../../../src/keys/signed-store.ts';
import { insertMail, recordSent, removeOldMails } from '../../../../src/mail/store.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { TestClock } from '../../../support/test-clock.ts';

const MINUTE = 60;
/** Minutes that what is issued lives. */
const LIFE = 3;
const PER_MINUTE = 40;
const MAILS = 10;
/** What a statement may take at most, where it is said. */
const FEW = 7;
/** What is issued in a minute, by its table. */
const ISSUED = {
  oidc_artifacts: PER_MINUTE,
  revocations: PER_MINUTE,
  signed_tokens: PER_MINUTE,
  email_proofs: MAILS,
  mails: MAILS,
};
const TABLES = Object.keys(ISSUED);

describe('housekeeping under steady issue', () => {
  let database: TestDatabase;
  let db: Knex;
  let clock: TestClock;
  before(async () => {
    // Ids tell the time at which they were made: files that ran before this one are not to lie between the two.
    clock = new TestClock();
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 4 });
    await db('longest_token').update({ seconds: LIFE * MINUTE });
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const due = (minutes: number) => new Date(clock.now().getTime() + minutes * MINUTE * 1000);

  /** A minute's tokens, revocations, counts, proofs and mails. */
  async function issue(many = PER_MINUTE, mails = MAILS): Promise<void> {
    const none = { accountId: undefined, clientId: undefined, grantId: undefined, uid: undefined, userCode: undefined };
    const put = (): Write => ({
      kind: 'put',
      artifact: { ...none, model: 'RefreshToken', id: randomBytes(32), payload: {}, expiresAt: due(LIFE) },
    });
    await postgresArtifacts(db, clock).apply(Array.from({ length: many }, put));
    const ended = Array.from({ length: many }, () => ({ kind: 'jti', value: newId() }) as const);
    await db.transaction((transaction) => recordEnded(transaction, ended, clock.now()));
    const signed = { kid: 'a key', kind: 'access_token', expiresAt: due(LIFE), tokens: 1 } as const;
    await addSigned(
      db,
      ended.map(({ value }) => ({ ...signed, clientId: value })),
    );
    for (let mail = 0; mail < mails; mail += 1) {
      const id = newId();
      await prove(id);
      await insertMail(db, { id, kind: 'verify-email', userId: undefined, createdAt: clock.now() }, '[]');
      await recordSent(db, id, clock.now(), '[]');
    }
  }

  /** Somebody new asks to have their address proved. */
  async function prove(userId: string): Promise<void> {
    const emailKey = `${userId}@x.example`;
    const [createdAt, expiresAt] = [clock.now(), due(LIFE)];
    const dates = { created_at: createdAt, updated_at: createdAt };
    await db('users').insert({ id: userId, email: emailKey, email_key: emailKey, ...dates });
    const of = { id: newId(), userId, purpose: 'verify_email', emailKey, email: undefined } as const;
    const digests = { tokenDigest: randomBytes(32), codeDigest: randomBytes(32) };
    await putProof(db, { ...of, ...digests, provesAddress: true, createdAt, expiresAt });
  }

  /** The job's, by the batches that it is told, or its own. */
  async function sweepAll(by: Knex, batch?: number): Promise<void> {
    await sweepArtifacts(by, clock, batch);
    await sweepRevocations(by, clock.now(), batch);
    await sweepSigned(by, clock.now(), batch);
    await sweepProofs(by, clock.now(), batch);
    await removeOldMails(by, { sentBefore: due(-LIFE), failedBefore: due(-LIFE) }, batch);
  }

  /** How many rows each statement of it took away. */
  async function sweep(batch?: number): Promise<number[]> {
    const taken: number[] = [];
    const note = (answer: { command?: string; rowCount?: number }) => {
      if (answer.command === 'DELETE') taken.push(answer.rowCount ?? 0);
    };
    db.on('query-response', note);
    await sweepAll(db, batch);
    db.off('query-response', note);
    return taken;
  }

  const count = async (table: string) => Number((await db(table).count('* as n').first())?.['n']);

  it('tables level off, and no statement touches more than a batch', async () => {
    const sizes: number[][] = [];
    for (let minute = 0; minute < 4 * LIFE; minute += 1) {
      await issue();
      clock.advance(MINUTE);
      const taken = await sweep(FEW);
      assert.ok(
        taken.every((rows) => rows <= FEW),
        `${taken} of ${FEW} at most`,
      );
      if (minute >= LIFE) assert.ok(taken.filter((rows) => rows === FEW).length > 2, 'it takes several');
      sizes.push(await Promise.all(TABLES.map(count)));
    }
    const level = Object.values(ISSUED).map((each) => each * (LIFE - 1));
    for (const size of sizes.slice(LIFE)) assert.deepEqual(size, level);
  });

  it('a batch is no larger than was measured to be quick, in any table', async () => {
    await issue(BATCH + 1, BATCH + 1);
    clock.advance(2 * LIFE * MINUTE);
    const taken = await sweep();
    assert.deepEqual(
      taken.filter((rows) => rows >= BATCH),
      TABLES.map(() => BATCH),
    );
    assert.deepEqual(
      await Promise.all(TABLES.map(count)),
      TABLES.map(() => 0),
    );
  });

  it('waits for nobody: what somebody has in hand is left for the next time', async () => {
    await issue();
    clock.advance(2 * LIFE * MINUTE);
    const sweepSoon = () =>
      db.transaction(async (transaction) => {
        await transaction.raw(`set local lock_timeout = '100ms'`);
        await sweepAll(transaction);
      });
    const left = () => Promise.all(TABLES.map(count));
    const each = (rows: number) => TABLES.map(() => rows);
    await db.transaction(async (transaction) => {
      for (const table of TABLES) await transaction(table).first().forUpdate();
      await sweepSoon();
      assert.deepEqual(await left(), each(1));
    });
    await sweepSoon();
    assert.deepEqual(await left(), each(0));
  });
});
