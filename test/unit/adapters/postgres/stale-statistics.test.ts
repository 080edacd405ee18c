import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase, postgresArtifacts } from '../../../../adapters/postgres/index.ts';
import { sha256 } from '../../../../src/kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { TestClock } from '../../../support/test-clock.ts';

const MANY = 400;
const ROWS = `insert into oidc_artifacts (model, id, payload, grant_id, uid, session_uid, expires_at)
  select ?, sha256((? || ' ' || n)::bytea), '{}', sha256(('Grant ' || n)::bytea),
    case ? when 'RefreshToken' then null when 'AccessToken' then null else sha256((? || ' uid ' || n)::bytea) end,
    case ? when 'AccessToken' then sha256(('Session uid ' || n)::bytea) end, timestamptz '2100-01-01'
  from generate_series(1, ?) n`;

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that were looked at on the way. */
const lookedAt = (plan: Plan): number =>
  plan['Actual Rows'] +
  (plan['Rows Removed by Filter'] ?? 0) +
  (plan['Rows Removed by Join Filter'] ?? 0) +
  (plan.Plans ?? []).reduce((sum, below) => sum + lookedAt(below), 0);

describe('what PostgreSQL reads for an artefact when it last counted before there were any of its model', () => {
  let database: TestDatabase;
  let db: Knex;
  const clock = new TestClock();

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 1 });
    const fill = (model: string, count: number) => db.raw(ROWS, [model, model, model, model, model, count]);
    await fill('RefreshToken', 2000);
    await db.raw('vacuum analyze oidc_artifacts');
    for (const model of ['Session', 'Interaction', 'AccessToken', 'Grant']) await fill(model, MANY);
    await db.raw('set plan_cache_mode = force_generic_plan');
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  /** Of the statement that was prepared just now. */
  async function expectFewRows(name: string, model: string, digest: Buffer): Promise<void> {
    const values = `'${model}', '\\x${digest.toString('hex')}', '${clock.now().toISOString()}'`;
    const { rows } = await db.raw(`explain (analyze, format json) execute "${name}" (${values})`);
    const plan = rows[0]['QUERY PLAN'][0].Plan;
    assert.ok(lookedAt(plan) < 12, JSON.stringify(plan, undefined, 1));
  }

  it('is a token’s row, its grant’s and its session’s, of hundreds', async () => {
    const id = sha256(`AccessToken ${MANY / 2}`);
    const bundle = await postgresArtifacts(db, clock).findBundle?.('AccessToken', id);
    assert.deepEqual(
      bundle?.related.map(({ model, stored }) => [model, stored?.id.toString('hex')]),
      [
        ['Grant', sha256(`Grant ${MANY / 2}`).toString('hex')],
        ['Session', sha256(`Session ${MANY / 2}`).toString('hex')],
      ],
    );
    await expectFewRows('find-artifact-bundle', 'AccessToken', id);
  });

  it('is the one that is found by its uid', async () => {
    const uid = sha256(`Interaction uid ${MANY / 2}`);
    const stored = await postgresArtifacts(db, clock).find('Interaction', 'uid', uid);
    assert.equal(stored?.id.toString('hex'), sha256(`Interaction ${MANY / 2}`).toString('hex'));
    await expectFewRows('find-artifact-by-uid', 'Interaction', uid);
  });
});
