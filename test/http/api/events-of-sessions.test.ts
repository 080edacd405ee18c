import assert from 'node:assert/strict';
import { TestDatabaseClock } from '../../support/candidates.ts';
import { type FedEvent, type Feed, startFeed } from '../../support/feed.ts';
import { wakeWorker } from '../../support/jobs.ts';
import type { TestServer } from '../../support/server.ts';
import { assessmentDeclaration, type Sitting, Sittings } from '../../support/sittings.ts';
import { until } from '../../support/until.ts';

describe('what is told of assessment sessions', () => {
  const time = new TestDatabaseClock();
  let server: TestServer;
  let feed: Feed;
  let sittings: Sittings;
  before(async () => {
    ({ server, feed } = await startFeed({ yaml: assessmentDeclaration, databaseClock: time, jobs: true }));
    sittings = new Sittings(server);
  });
  after(() => server.close());

  const said = ({ type, subject, actor, clientid, data }: FedEvent) => [type, subject, actor, clientid, data];

  const dataOf = (session: Sitting, state: string) => ({
    session_id: session.id,
    candidate_id: session.candidate_id,
    assessment: 'sql-basics',
    state,
  });

  async function started(): Promise<Sitting> {
    const session = await sittings.session({ duration_seconds: 60 });
    await sittings.step(session.id, 'start');
    return session;
  }

  const expiryOf = (session: Sitting) => [
    'assessment.session.expired.v1',
    session.id,
    'system',
    undefined,
    dataOf(session, 'expired'),
  ];

  it('is the candidate’s, and by their application, where they have submitted', async () => {
    const session = await sittings.session();
    const { access_token } = await sittings.apiTokens(await sittings.come(session));
    const step = async (event: string) => {
      const address = `/v1/sessions/${session.id}/transitions`;
      assert.equal((await sittings.asCandidate(access_token, 'POST', address, { event })).status, 200, event);
    };
    await step('start');
    const events = await feed.eventsOf(() => step('submit'));
    const actor = `candidate:${session.candidate_id}`;
    assert.deepEqual(events.map(said), [
      ['assessment.session.submitted.v1', session.id, actor, 'assess', dataOf(session, 'submitted')],
    ]);
  });

  it('is the system’s where the job has ended one', async () => {
    const session = await started();
    const state = async () => (await server.db('assessment_sessions').where({ id: session.id }).first()).state;
    const events = await feed.eventsOf(async () => {
      time.advance(61);
      await server.db.raw(`select graphile_worker.add_job('expire_sessions')`);
      await wakeWorker(server.db);
      await until('it has expired', async () => (await state()) === 'expired');
    });
    assert.deepEqual(events.map(said), [expiryOf(session)]);
  });

  it('and where a service has come upon one that is over', async () => {
    const session = await started();
    const events = await feed.eventsOf(async () => {
      time.advance(61);
      const address = `/v1/candidates/${session.candidate_id}/sessions`;
      assert.equal((await sittings.call('POST', address, { assessment: 'sql-basics' })).status, 201);
    });
    assert.deepEqual(said(events[0] ?? assert.fail()), expiryOf(session));
    const others = events.slice(1).map(({ type, actor }) => [type, actor]);
    assert.deepEqual(others, [['assessment.session.created.v1', 'client:operator']]);
  });
});
