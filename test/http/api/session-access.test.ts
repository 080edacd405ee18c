import assert from 'node:assert/strict';
import {
  allowedIn,
  EVENTS,
  SERVICE_EVENTS,
  STATES,
  type State,
  TRANSITIONS,
  type TransitionEvent,
} from '../../../src/candidates/index.ts';
import {
  asCandidate,
  bearing,
  candidateToken,
  platform,
  type SessionCaller,
  TestDatabaseClock,
} from '../../support/candidates.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { startServer, type TestServer } from '../../support/server.ts';

type Answer = readonly [status: number, code: string | undefined];

/** Somebody who calls, and what they get where a service would get `usual`. */
interface Somebody {
  readonly who: string;
  readonly caller: (candidateId: string, sessionId: string) => Promise<SessionCaller>;
  readonly expected: (usual: Answer, event?: string) => Answer;
}

/** How a session comes into each state. */
const WAYS: Readonly<Record<State, readonly string[]>> = {
  created: [],
  in_progress: ['start'],
  paused: ['start', 'pause'],
  submitted: ['start', 'submit'],
  expired: ['start'],
  terminated: ['terminate'],
};

const FOUND_NOTHING: Answer = [404, 'not_found'];

type Session = Awaited<ReturnType<SessionCaller['session']>>;

const asUsual = (usual: Answer): Answer => usual;

describe('who may do what to a session', () => {
  let server: TestServer;
  let service: SessionCaller;
  let reader: SessionCaller;
  let somebody: readonly Somebody[];
  const time = new TestDatabaseClock();
  before(async () => {
    server = await startServer({ yaml: operatorDeclaration, databaseClock: time });
    service = await platform(server);
    reader = await platform(server, 'sessions:read candidates:read candidates:write');
    const other = await service.session();
    const own = (usual: Answer, event = ''): Answer =>
      (SERVICE_EVENTS as ReadonlySet<string>).has(event) ? [403, 'service_required'] : usual;
    const others = (_: Answer, event?: string): Answer => own(FOUND_NOTHING, event);
    somebody = [
      { who: 'a service with the scope', caller: async () => service, expected: asUsual },
      { who: 'a service without it', caller: async () => reader, expected: () => [403, 'insufficient_scope'] },
      { who: 'the candidate', caller: (id) => asCandidate(server, id), expected: own },
      {
        who: 'the candidate, for this session',
        caller: (id, sessionId) => asCandidate(server, id, { sessionId }),
        expected: own,
      },
      {
        who: 'the candidate, for another session',
        caller: (id) => asCandidate(server, id, { sessionId: other.id }),
        expected: () => FOUND_NOTHING,
      },
      { who: 'another candidate', caller: () => asCandidate(server, other.candidate_id), expected: others },
      {
        who: 'another candidate, who names this session',
        caller: (_, sessionId) => asCandidate(server, other.candidate_id, { sessionId }),
        expected: others,
      },
      {
        who: 'a token that names a candidate it is not of',
        caller: async (id) =>
          bearing(server, await candidateToken(server, other.candidate_id, { claims: { candidate_id: id } })),
        expected: () => [403, 'insufficient_scope'],
      },
      {
        who: 'whoever has an empty token',
        caller: async () => bearing(server, ''),
        expected: () => [401, 'invalid_token'],
      },
      {
        who: 'nobody',
        caller: async () => bearing(server),
        expected: () => [401, 'authentication_required'],
      },
    ];
  });
  after(() => server.close());

  async function sessionIn(state: State) {
    const session = await service.session({ duration_seconds: 60 });
    for (const event of WAYS[state])
      await service.told(200, 'POST', `/v1/sessions/${session.id}/transitions`, { event });
    if (state === 'expired') time.advance(61);
    return session;
  }

  const usual = (event: TransitionEvent, state: State): Answer => {
    const again = event === 'start' && state === 'in_progress';
    return TRANSITIONS[event].from.includes(state) || again ? [200, undefined] : [409, 'transition_not_allowed'];
  };

  /** Has one of them try one event on a session in this state, and looks at the answer and at what became of it. */
  async function expectStep(event: TransitionEvent, state: State, somebody: Somebody, untouched: Session) {
    const refusal = somebody.expected(usual(event, state), event);
    const session = refusal[0] === 200 ? await sessionIn(state) : untouched;
    const caller = await somebody.caller(session.candidate_id, session.id);
    const answer = await caller.step(session.id, event);
    const what = `${event} in ${state} for ${somebody.who}`;
    assert.deepEqual([answer.status, answer.body['code']], refusal, what);
    const after = await service.read(session.id);
    assert.equal(after['state'], answer.status === 200 ? TRANSITIONS[event].to : state, what);
    if (answer.status !== 409) return;
    const allowed = allowedIn(state).filter((one) => somebody.expected === asUsual || one !== 'terminate');
    assert.deepEqual([answer.body['state'], answer.body['allowed']], [state, allowed], what);
  }

  for (const state of STATES)
    it(`[40] every event for everybody, in ${state}: from the table of transitions`, async () => {
      for (const event of EVENTS) {
        const untouched = await sessionIn(state);
        for (const one of somebody) await expectStep(event, state, one, untouched);
      }
    });

  it('[40] saving: services with the scope, and the candidate their own alone', async () => {
    const { id, candidate_id: owner } = await service.started();
    for (const { who, caller, expected } of somebody) {
      const { status, body } = await (await caller(owner, id)).save(id, 1, {});
      assert.deepEqual([status, body['code']], expected([200, undefined]), `a save by ${who}`);
    }
  });

  it('[40] reading: services with the scope, and the candidate their own alone', async () => {
    const { id, candidate_id: owner } = await service.started();
    for (const { who, caller, expected } of somebody) {
      const mayRead = who === 'a service without it' ? asUsual : expected;
      for (const address of [`/v1/sessions/${id}`, `/v1/candidates/${owner}/sessions/resumable`]) {
        const { status, body } = await (await caller(owner, id)).call('GET', address);
        assert.deepEqual([status, body['code']], mayRead([200, undefined]), `${address} for ${who}`);
        if (status === 200) assert.equal(body['id'], id);
      }
    }
  });

  it('[40] a list: the candidate’s own, and of a token for one session that one alone', async () => {
    const { id, candidate_id: owner } = await service.started();
    for (const { who, caller, expected } of somebody) {
      const { status, body } = await (await caller(owner, id)).call('GET', `/v1/candidates/${owner}/sessions`);
      const isForAnother = who === 'the candidate, for another session';
      const mayRead = who === 'a service without it' || isForAnother ? asUsual : expected;
      assert.deepEqual([status, body['code']], mayRead([200, undefined]), who);
      const ids = (body['items'] as { id: string }[] | undefined)?.map((item) => item.id) ?? [];
      assert.deepEqual(ids, status === 200 && !isForAnother ? [id] : [], who);
    }
  });

  it('[40] what is a service’s is no candidate’s', async () => {
    const { id, candidate_id: owner } = await service.started();
    const candidate = await asCandidate(server, owner, { claims: { scope: 'assessment sessions' } });
    for (const [method, address, body] of [
      ['POST', '/v1/candidates', {}],
      ['GET', '/v1/candidates', undefined],
      ['GET', `/v1/candidates/${owner}`, undefined],
      ['PATCH', `/v1/candidates/${owner}`, { name: 'Me' }],
      ['DELETE', `/v1/candidates/${owner}`, undefined],
      ['POST', `/v1/candidates/${owner}/restore`, undefined],
      ['POST', `/v1/candidates/${owner}/sessions`, { assessment: 'another' }],
      ['GET', `/v1/sessions/${id}/history`, undefined],
      ['GET', '/v1/users', undefined],
      ['GET', '/v1/keys', undefined],
    ] as const) {
      const answer = await candidate.call(method, address, body);
      assert.deepEqual([answer.status, answer.body['code']], [403, 'insufficient_scope'], `${method} ${address}`);
    }
    assert.equal((await candidate.call('GET', '/v1/me')).status, 403);
    assert.equal((await service.read(id))['state'], 'in_progress');
  });

  describe('where one device alone may', () => {
    it('the one that began goes on; another is told so, and changes nothing', async () => {
      const { id, candidate_id: owner } = await service.session();
      const [first, second] = [
        await asCandidate(server, owner, { sid: 'first' }),
        await asCandidate(server, owner, { sid: 'second' }),
      ];
      assert.equal((await first.step(id, 'start')).status, 200);
      for (const attempt of [
        () => second.save(id, 1, { a: 1 }),
        () => second.step(id, 'start'),
        () => second.step(id, 'pause'),
      ]) {
        const answer = await attempt();
        assert.deepEqual([answer.status, answer.body['code']], [409, 'taken_over']);
      }
      assert.equal((await second.read(id))['state'], 'in_progress');
      assert.equal((await first.save(id, 1, { a: 1 })).status, 200);
      assert.equal((await service.save(id, 2, { a: 2 })).status, 200);
      await server.db('assessment_sessions').where({ id }).update({ active_device: 'second' });
      assert.deepEqual((await first.save(id, 3, { a: 3 })).body['code'], 'taken_over');
      assert.equal((await second.save(id, 3, { a: 3 })).status, 200);
    });

    it('a token of no sign-in is no device', async () => {
      const { id, candidate_id: owner } = await service.session();
      await (await asCandidate(server, owner, { sid: 'first' })).step(id, 'start');
      const none = await asCandidate(server, owner, { claims: { sid: undefined } });
      assert.deepEqual((await none.save(id, 1, { a: 1 })).body['code'], 'taken_over');
    });

    it('and where several may, each does', async () => {
      const { id, candidate_id: owner } = await service.session({ devices: 'several' });
      for (const [at, sid] of ['first', 'second', 'first'].entries()) {
        const device = await asCandidate(server, owner, { sid });
        await device.step(id, 'start');
        assert.equal((await device.save(id, at + 1, { at })).status, 200);
      }
    });
  });
});
