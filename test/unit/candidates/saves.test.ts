import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import {
  type AssessmentSession,
  type Caller,
  type CandidateParts,
  findSession,
  type JsonObject,
  readHistory,
  saveState,
} from '../../../src/candidates/index.ts';
import { candidateParts, makeSession, SERVICE, startSession, step } from '../../support/assessments.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

describe('saves that come at the same time', () => {
  let database: TestDatabase;
  let wire: Wire;
  let db: Knex;
  let parts: CandidateParts;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    db = createDatabase(wire.url, { max: 4 });
    parts = candidateParts(db);
  });
  after(async () => {
    await db.destroy();
    await wire.close();
    await database.drop();
  });

  const started = (many: number) => Promise.all(Array.from({ length: many }, () => startSession(parts)));
  const save = (
    { id }: { readonly id: string },
    data: JsonObject,
    { versions = [1], caller = SERVICE }: { versions?: number[]; caller?: Caller } = {},
  ) => saveState(parts, caller, id, { versions, data });
  const stored = async ({ id }: AssessmentSession) => (await findSession(db, parts.time, id))?.stateData;
  const refusalOf = (saved: Awaited<ReturnType<typeof save>>) => ('refused' in saved ? saved.refused : 'none');

  it('are one statement, and each has its entry in the trail of its own session', async () => {
    const sessions = await started(5);
    const statements = await wire.statementsOf(async () => {
      const saved = await Promise.all(sessions.map((session, n) => save(session, { n })));
      assert.deepEqual(saved.map(refusalOf), Array(5).fill('none'));
    });
    assert.equal(statements.length, 1);
    for (const [n, session] of sessions.entries()) {
      assert.deepEqual(await stored(session), { n });
      const { entries } = (await readHistory(parts, session.id, { after: 0, limit: 10 })) ?? assert.fail();
      const { version, stateHash, actor, clientId } = entries.at(-1) ?? assert.fail();
      const hash = createHash('sha256').update(JSON.stringify({ n })).digest();
      assert.deepEqual([version, stateHash, actor.id, clientId], [2, hash, 'platform', 'platform']);
    }
  });

  it('are answered each for itself', async () => {
    const [saved, same, stale, notYours, paused] = (await started(5)) as [AssessmentSession, ...AssessmentSession[]];
    for (const session of [same, stale]) await save(session as AssessmentSession, { kept: true });
    await step(parts, paused?.id ?? '', 'pause');
    const created = await makeSession(parts);
    const nobody = { id: crypto.randomUUID() };
    const other: Caller = { kind: 'candidate', clientId: 'web', candidateId: crypto.randomUUID() };
    const own: Caller = { kind: 'candidate', clientId: 'web', candidateId: saved.candidateId, device: 'd1' };
    const answers = await Promise.all([
      save(saved, { saved: true }, { caller: own }),
      save(same as AssessmentSession, { kept: true }),
      save(stale as AssessmentSession, { lost: true }),
      save(notYours as AssessmentSession, { theirs: true }, { caller: other }),
      save(paused as AssessmentSession, { late: true }),
      save(created, { early: true }),
      save(nobody, { whose: true }),
    ]);
    const told = answers.map((answer) => ('refused' in answer ? answer.refused : answer.version));
    assert.deepEqual(told, [2, 2, 'stale', 'not_found', 'not_writable', 'not_writable', 'not_found']);
    assert.equal((await findSession(db, parts.time, saved.id))?.activeDevice, 'd1');
  });

  it('of one session are one after the other: the second hears of the version there is', async () => {
    const [session] = (await started(1)) as [AssessmentSession];
    const answers = await Promise.all([save(session, { tab: 1 }), save(session, { tab: 2 })]);
    assert.deepEqual(answers.map(refusalOf).sort(), ['none', 'stale']);
    const winner = refusalOf(answers[0] as never) === 'none' ? 1 : 2;
    assert.deepEqual(await stored(session), { tab: winner });
  });

  it('of one session and the same data are one save, and all of them are told so', async () => {
    const [session] = (await started(1)) as [AssessmentSession];
    const answers = await Promise.all([1, 2, 3].map(() => save(session, { twice: true })));
    assert.deepEqual(answers.map(refusalOf), ['none', 'none', 'none']);
    const { entries } = (await readHistory(parts, session.id, { limit: 10 })) ?? assert.fail();
    assert.deepEqual(
      entries.map(({ event, version }) => [event, version]),
      [
        ['create', 1],
        ['start', 1],
        ['save', 2],
      ],
    );
  });

  it('of the same sessions by two nodes, in whatever order, are all saved or refused', async () => {
    const sessions = await started(8);
    const nodes = [parts, candidateParts(db)];
    const answers = await Promise.all(
      nodes.flatMap((node, at) =>
        (at === 0 ? sessions : sessions.toReversed()).map(({ id }) =>
          saveState(node, SERVICE, id, { versions: [1], data: { at } }),
        ),
      ),
    );
    assert.deepEqual(answers.map(refusalOf).sort(), [...Array(8).fill('none'), ...Array(8).fill('stale')]);
  });

  it('do not wait for one whose session is held by somebody else; that one is saved once it is free', async () => {
    const [held, ...others] = (await started(4)) as [AssessmentSession, ...AssessmentSession[]];
    const holder = await db.transaction();
    await holder('assessment_sessions').where({ id: held.id }).forUpdate();
    const late = save(held, { late: true });
    const saved = await Promise.all(others.map((session) => save(session, { free: true })));
    assert.deepEqual(saved.map(refusalOf), ['none', 'none', 'none']);
    assert.deepEqual(await stored(held), {});
    await holder.rollback();
    assert.equal(refusalOf(await late), 'none');
    assert.deepEqual(await stored(held), { late: true });
  });

  it('store what they are given to the letter, whatever JSON it is', async () => {
    const odd = [
      '{}',
      '{"":""," a ":"\\"\\\\/\\b\\f\\n\\r\\t","$1":"?","ü😀":"\u2028\u007f"}',
      '{"n":[1e+21,-5e-10,12345678901234567000,true,null,[],[[{}]]],"data":{"data":{"n":1,"id":"x"}}}',
      `{"text":"{\\"a\\":1}","long":"${'x'.repeat(10_000)}"}`,
    ];
    const sessions = await started(odd.length);
    const saved = await Promise.all(sessions.map((session, n) => save(session, JSON.parse(odd[n] ?? ''))));
    assert.deepEqual(saved.map(refusalOf), Array(odd.length).fill('none'));
    for (const [n, { id }] of sessions.entries()) {
      const { rows } = await db.raw('select state_data::text as text from assessment_sessions where id = ?', [id]);
      assert.equal(rows[0].text, odd[n]);
    }
  });

  it('go by themselves where there is much of them', async () => {
    const [small, big] = (await started(2)) as [AssessmentSession, AssessmentSession];
    const statements = await wire.statementsOf(() =>
      Promise.all([save(small, { a: 1 }), save(big, { a: 'x'.repeat(17_000) })]),
    );
    assert.equal(statements.length, 2);
  });
});
