import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase, postgresArtifacts, sweepArtifacts } from '../../../../adapters/postgres/index.ts';
import type { Artifact, Model, Write } from '../../../../src/artifacts/index.ts';
import { adapterContract } from '../../../support/adapter-contract.ts';
import { anId, artifactStoreContract, MINUTE, type StoreUnderTest } from '../../../support/artifact-contract.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.ts';
import { TestClock } from '../../../support/test-clock.ts';
import { tapWire } from '../../../support/wire.ts';

const MODELS: [Model, Model, ...Model[]] = [
  'RefreshToken',
  'AccessToken',
  'AuthorizationCode',
  'BackchannelAuthenticationRequest',
  'ClientCredentials',
  'DeviceCode',
  'Grant',
  'InitialAccessToken',
  'Interaction',
  'PreAuthorizedCode',
  'PushedAuthorizationRequest',
  'RegistrationAccessToken',
  'ReplayDetection',
  'Session',
];

describe('postgresArtifacts', () => {
  let database: TestDatabase;
  let pools: Knex[];
  before(async () => {
    database = await createTestDatabase();
    pools = [createDatabase(database.url), createDatabase(database.url)];
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.destroy()));
    await database.drop();
  });

  const first = () => pools[0] as Knex;
  const subject = (): StoreUnderTest => ({
    models: MODELS,
    open: (clock) => postgresArtifacts(pools.reverse()[0] as Knex, clock),
    dump: async () => {
      const { rows } = await first().raw('select * from oidc_artifacts');
      return rows.flatMap(Object.values).map(readable).join('\n');
    },
  });
  artifactStoreContract('PostgreSQL', subject);
  adapterContract('PostgreSQL', subject);

  it('claims what comes in one turn in one statement, and each is won or lost by itself', async () => {
    const wire = await tapWire(database.url);
    const db = createDatabase(wire.url);
    const clock = new TestClock();
    const store = postgresArtifacts(db, clock);
    const claim = (one: Artifact): Write => ({ kind: 'claim', artifact: one });
    const [seen, past, fresh, twice] = [1, 2, 3, 4].map(() => artifact('ReplayDetection')) as [Artifact, ...Artifact[]];
    const expired = { ...(past as Artifact), expiresAt: new Date(clock.now().getTime() + 1) };
    await Promise.all([store.apply([claim(seen)]), store.apply([claim(expired)])]);
    clock.advance(MINUTE / 2);
    const asked = [[seen], [past], [fresh], [twice], [twice], [artifact('ReplayDetection'), seen]] as Artifact[][];
    let won: boolean[] = [];
    const statements = await wire.statementsOf(async () => {
      won = await Promise.all(asked.map((artifacts) => store.apply(artifacts.map(claim))));
    });
    assert.deepEqual(won, [false, true, true, true, false, false]);
    assert.equal(statements.length, 1);
    await db.destroy();
    await wire.close();
  });

  it('writes all that a request wants, of every sort, in one statement', async () => {
    const wire = await tapWire(database.url);
    const db = createDatabase(wire.url);
    const clock = new TestClock();
    const store = postgresArtifacts(db, clock);
    const [code, token, session] = [artifact('AuthorizationCode'), artifact('AccessToken'), artifact('Session')];
    await store.apply([code, token].map((each): Write => ({ kind: 'put', artifact: each })));
    const writes: Write[] = [
      { kind: 'consume', model: 'AuthorizationCode', id: code.id },
      { kind: 'claim', artifact: artifact('ReplayDetection') },
      { kind: 'put', artifact: session },
      { kind: 'destroy', model: 'AccessToken', id: token.id },
      { kind: 'revoke', model: 'RefreshToken', grantId: anId() },
    ];
    const statements = await wire.statementsOf(() => store.apply(writes));
    assert.equal(statements.length, 1);
    assert.equal((await store.find('AuthorizationCode', 'id', code.id))?.consumedAt?.getTime(), clock.now().getTime());
    assert.notEqual(await store.find('Session', 'id', session.id), undefined);
    assert.equal(await store.find('AccessToken', 'id', token.id), undefined);
    await db.destroy();
    await wire.close();
  });

  it('keeps what has no end, whatever the time', async () => {
    const clock = new TestClock();
    const store = postgresArtifacts(first(), clock);
    const endless = { ...artifact('Grant'), expiresAt: undefined };
    await store.apply([{ kind: 'put', artifact: endless }]);
    clock.advance(100 * 365 * 86_400);
    await sweepArtifacts(first(), clock);
    assert.notEqual(await store.find('Grant', 'id', endless.id), undefined);
  });

  it('is searched by its indexes, also among a hundred thousand', async () => {
    await first().raw(`insert into oidc_artifacts (model, id, payload, grant_id, uid, user_code, expires_at)
      select 'Session', sha256(n::text::bytea), '{}', sha256(n::text::bytea), sha256(n::text::bytea),
        sha256(n::text::bytea), now() from generate_series(1, 100000) n`);
    await first().raw('analyze oidc_artifacts');
    for (const column of ['id', 'uid', 'user_code', 'grant_id', 'expires_at']) {
      const value = column === 'expires_at' ? new Date(0) : anId();
      const operator = column === 'expires_at' ? '<=' : '=';
      const question = `explain select 1 from oidc_artifacts where model = 'Session' and ${column} ${operator} ?`;
      const { rows } = await first().raw(question, [value]);
      assert.match(JSON.stringify(rows), /Index/, column);
    }
    await first()('oidc_artifacts').delete();
  });
});

describe('sweepArtifacts', () => {
  let database: TestDatabase;
  let db: Knex;
  const clock = new TestClock();
  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 4 });
  });
  beforeEach(() => db('oidc_artifacts').delete());
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const fill = async (count: number, secondsLeft: number | undefined) => {
    const expiresAt = secondsLeft === undefined ? undefined : new Date(clock.now().getTime() + secondsLeft * 1000);
    const writes = Array.from({ length: count }, (): Write => {
      return { kind: 'put', artifact: { ...artifact('Session'), expiresAt } };
    });
    await postgresArtifacts(db, clock).apply(writes);
  };
  const left = async () => Number((await db('oidc_artifacts').count('* as n').first())?.['n']);

  it('removes what has expired, and that alone', async () => {
    await fill(30, -1);
    await fill(1, 0);
    await fill(20, 1);
    await fill(10, undefined);
    assert.equal(await sweepArtifacts(db, clock), 31);
    assert.equal(await left(), 30);
    assert.equal(await sweepArtifacts(db, clock), 0);
  });

  it('goes in batches, each a statement of its own', async () => {
    await fill(25, -1);
    const wire = await tapWire(database.url);
    const tapped = createDatabase(wire.url);
    const statements = await wire.statementsOf(() => sweepArtifacts(tapped, clock, 10));
    assert.equal(statements.length, 3);
    assert.equal(await left(), 0);
    await tapped.destroy();
    await wire.close();
  });

  it('passes by what another sweeper or a request has locked, without waiting', async () => {
    await fill(20, -1);
    await db.transaction(async (other) => {
      const locked = other('oidc_artifacts').where('expires_at', '<', clock.now()).limit(8).forUpdate();
      assert.equal((await locked).length, 8);
      assert.equal(await sweepArtifacts(db, clock), 12);
    });
    assert.equal(await sweepArtifacts(db, clock), 8);
  });

  it('shares the work of two at once, and both end', async () => {
    await fill(400, -1);
    const gone = await Promise.all([sweepArtifacts(db, clock, 10), sweepArtifacts(db, clock, 10)]);
    assert.equal((gone[0] ?? 0) + (gone[1] ?? 0) + (await sweepArtifacts(db, clock)), 400);
    assert.equal(await left(), 0);
  });

  it('leaves a session alone that was extended at the last moment', async () => {
    await fill(1, -1);
    const row = await db('oidc_artifacts').first();
    const sweep = await db.transaction(async (request) => {
      await request('oidc_artifacts').update({ expires_at: new Date(clock.now().getTime() + 1000) });
      return sweepArtifacts(db, clock);
    });
    assert.equal(sweep + (await sweepArtifacts(db, clock)), 0);
    assert.deepEqual((await db('oidc_artifacts').first())?.id, row?.id);
  });
});

const artifact = (model: Model): Artifact => ({
  model,
  id: anId(),
  payload: {},
  accountId: undefined,
  clientId: undefined,
  grantId: undefined,
  uid: undefined,
  userCode: undefined,
  expiresAt: new Date(Date.now() + MINUTE * 1000),
});

const readable = (value: unknown): string =>
  Buffer.isBuffer(value) ? `${value.toString('hex')} ${value.toString('utf8')}` : (JSON.stringify(value) ?? '');
