import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { postgresArtifacts } from '../../../adapters/postgres/index.ts';
import { changeName, eraseUser } from '../../../src/accounts/index.ts';
import { UnitOfWork } from '../../../src/artifacts/index.ts';
import { changeCandidate, createCandidate, findSession } from '../../../src/candidates/index.ts';
import { catalogue } from '../../../src/events/catalogue/index.ts';
import type { EventType } from '../../../src/events/index.ts';
import { withCause } from '../../../src/kernel/correlation.ts';
import { newId, sha256, timeOfId } from '../../../src/kernel/ids.ts';
import { turnKeys } from '../../../src/keys/index.ts';
import { USE_CASES } from '../../support/all-use-cases.ts';
import { startSession } from '../../support/assessments.ts';
import { openTestDatabase } from '../../support/database.ts';
import { loggedEvents } from '../../support/events.ts';
import { somebody, withSession } from '../../support/somebody.ts';
import { type Scene, sceneOn, type UseCase } from '../../support/use-case.ts';

const DAY = 86_400;
const CAUSE = { correlationId: 'one-request', actor: 'operator:grace', clientId: 'shop', network: '192.0.2.7' };
/** Where changes are kept that are no events. */
const TABLES = [
  ...['users', 'email_proofs', 'mails', 'oidc_artifacts', 'signing_keys', 'revocations'],
  ...['candidates', 'assessment_sessions', 'assessment_trail', 'invitations', 'resume_codes'],
];

describe('what use cases write down', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let scene: Scene;

  before(async () => {
    ({ db, close } = await openTestDatabase());
    scene = sceneOn(db);
    await turnKeys(scene.keys);
    await db.raw(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no commit today' using errcode = 'raise_exception'; end $$`);
  });
  after(() => close());

  const eventsAfter = async (after: number) =>
    (await loggedEvents(db)).filter(({ position }) => Number(position) > after);
  const last = async () => Number((await db('events').max('position as last').first())?.['last'] ?? 0);
  const unitOfWork = () => new UnitOfWork(postgresArtifacts(db, scene.clock), scene.clock);
  const act = <T>(work: () => Promise<T>): Promise<T> => withCause(CAUSE, work);

  for (const useCase of USE_CASES) {
    const { does, tells } = useCase;
    it(`${does}: ${tells.join(', ') || 'nothing'}; none of it without the change, and no change without it`, async () => {
      const work = await act(() => useCase.prepare(scene));
      await refusedWhole(useCase, () => act(work));
      const before = await last();
      await act(work);
      const events = await eventsAfter(before);
      assert.deepEqual(events.map(({ type }) => type).sort(), [...tells].sort());
      for (const event of events) {
        checkCause(event);
        catalogue[event['type'] as EventType].data.parse(event['data']);
      }
    });
  }

  /** What cannot be told is not done, and what cannot be done is not told. */
  async function refusedWhole({ tells, alone }: UseCase, work: () => Promise<unknown>): Promise<void> {
    if (tells.length === 0) return;
    if (alone !== 'change') await refusing(['events'], () => assert.rejects(work(), /no commit today/));
    if (alone !== 'event') await refusing(TABLES, () => assert.rejects(work(), /no commit today/));
  }

  function checkCause({ correlation_id, client_id, actor, type, subject, data }: Record<string, unknown>): void {
    assert.equal(correlation_id, CAUSE.correlationId);
    if (type === 'assessment.session.expired.v1') assert.deepEqual([actor, client_id], ['system', null]);
    else {
      assert.equal(client_id, CAUSE.clientId);
      assert.equal(actor, type === 'identity.login.succeeded.v1' ? signedIn(subject, data) : CAUSE.actor);
    }
    const named = Object.values(data as Record<string, unknown>)[0];
    assert.ok(subject === named || subject === null, `${type} is of ${subject}`);
  }

  /** Has every commit fail that changes these tables, and compares what is there before and after `work`. */
  async function refusing(tables: readonly string[], work: () => Promise<unknown>): Promise<void> {
    const before = await everything();
    for (const table of tables)
      await db.raw(`create constraint trigger refuse after insert or update or delete on ${table}
        deferrable initially deferred for each row execute function refuse()`);
    await work().finally(async () => {
      for (const table of tables) await db.raw(`drop trigger refuse on ${table}`);
    });
    assert.deepEqual(await everything(), before);
  }

  async function everything(): Promise<unknown> {
    const rows = [];
    for (const table of ['events', ...TABLES]) {
      const { rows: found } = await db.raw(
        `select count(*), md5(string_agg(t::text, '|' order by t::text)) from ${table} t`,
      );
      rows.push([table, found]);
    }
    return rows;
  }

  it('of a candidate, which members are not as they were, whoever changes others at once', async () => {
    const { id } = (await createCandidate(scene.candidates, { name: 'Ada' })) ?? assert.fail();
    const before = await last();
    const changes = [
      { name: 'Ada', email: 'a@b.example' },
      { metadata: { a: 1 }, name: 'Ada' },
      { externalId: newId() },
    ];
    await Promise.all([...changes, ...changes].map((change) => changeCandidate(scene.candidates, id, change)));
    const changed = (await eventsAfter(before)).map(({ data }) => (data as { changed: string[] }).changed);
    assert.deepEqual(changed.sort(), [['email'], ['external_id'], ['metadata']]);
    const { external_id, email, name, metadata } = await db('candidates').where({ id }).first();
    assert.deepEqual([external_id, email, name, metadata], [changes[2]?.externalId, 'a@b.example', 'Ada', { a: 1 }]);
  });

  it('of a session, when it was by the database’s time, under an id that is as young', async () => {
    const { time } = scene.candidates;
    const before = await last();
    time.advance(DAY);
    const { id } = await startSession(scene.candidates);
    const events = (await eventsAfter(before)).filter(({ subject }) => subject === id);
    const { createdAt, startedAt } = (await findSession(db, time, id)) ?? assert.fail();
    assert.deepEqual(
      events.map(({ time: at, data }) => [at, (data as { state: string }).state]),
      [
        [createdAt, 'created'],
        [startedAt, 'in_progress'],
      ],
    );
    for (const event of events) assert.ok(Math.abs(Date.now() - timeOfId(String(event['id'])).getTime()) < 60_000);
  });

  it('of requests that end one session at once, one tells of it', async () => {
    const { user, here } = await withSession(scene.parts);
    const row = await db('oidc_artifacts')
      .where({ uid: sha256(here) })
      .first();
    const before = await last();
    const signOut = async () => {
      const work = unitOfWork();
      await work.run(async () => {
        await work.find('Session', 'id', row.id);
        await work.write({ kind: 'destroy', model: 'Session', id: row.id });
      });
    };
    await Promise.all(Array.from({ length: 5 }, signOut));
    const [event, ...others] = await eventsAfter(before);
    assert.deepEqual(event?.['data'], { user_id: user.id, session_id: here, reason: 'logout' });
    assert.deepEqual(others, []);
  });

  it('what hangs on something that is gone already is not told once more, and hinders nothing', async () => {
    const before = await last();
    const work = unitOfWork();
    const id = randomBytes(32);
    const told = { type: 'identity.key.revoked.v1', subject: 'a-key', data: { kid: 'a-key' } } as const;
    await work.run(async () => {
      await work.write({ kind: 'end', ending: { kind: 'grant', value: id.toString('base64url') } });
      await work.tell(told, { model: 'Grant', id });
    });
    await work.run(async () => {
      await work.write({ kind: 'destroy', model: 'Grant', id });
      await work.tell(told, { model: 'Grant', id });
    });
    assert.deepEqual(await eventsAfter(before), []);
    await work.run(() => work.tell(told));
    assert.equal((await eventsAfter(before)).length, 1);
  });

  it('of requests that end one token without a grant, one tells of it, at once or later', async () => {
    const before = await last();
    const work = unitOfWork();
    const jti = { kind: 'jti', value: newId() } as const;
    const told = { type: 'identity.key.revoked.v1', subject: 'a-key', data: { kid: 'a-key' } } as const;
    const end = () =>
      work.run(async () => {
        await work.write({ kind: 'end', ending: jti });
        await work.tell(told, jti);
      });
    await Promise.all(Array.from({ length: 5 }, end));
    await end();
    await work.run(() => work.tell(told, jti));
    assert.equal((await eventsAfter(before)).length, 1);
  });

  it('erasing somebody takes out where they came from', async () => {
    const { parts } = scene;
    const { id } = await somebody(parts);
    await act(() => changeName(parts, id, 'Grace'));
    const networks = () => db('events').where({ subject: id }).whereNotNull('network').pluck('network');
    assert.deepEqual(await networks(), [CAUSE.network]);
    await act(() => eraseUser(parts, id));
    assert.deepEqual(await networks(), []);
  });
});

const signedIn = (subject: unknown, data: unknown) =>
  `${(data as { method: string }).method === 'password' ? 'user' : 'candidate'}:${subject}`;
