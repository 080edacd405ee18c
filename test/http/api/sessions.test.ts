import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { refused } from '../../support/api.ts';
import { platform, type SessionCaller, TestDatabaseClock } from '../../support/candidates.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { startServer, type TestServer } from '../../support/server.ts';

describe('a session of /v1/sessions', () => {
  let server: TestServer;
  let service: SessionCaller;
  const time = new TestDatabaseClock();
  before(async () => {
    server = await startServer({ yaml: operatorDeclaration, databaseClock: time });
    service = await platform(server);
  });
  after(() => server.close());

  const create = (candidateId: string, body: unknown) =>
    service.call('POST', `/v1/candidates/${candidateId}/sessions`, body);

  it('is what the contract says, from its creation to its submission', async () => {
    const candidate = await service.candidate();
    const made = await create(candidate, { assessment: 'sql', duration_seconds: 600, state_data: { page: 1 } });
    assert.deepEqual([made.status, made.headers.get('etag')], [201, '"1"']);
    const { id, created_at, updated_at, ...told } = made.body;
    assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.equal(created_at, updated_at);
    assert.deepEqual(told, {
      candidate_id: candidate,
      assessment: 'sql',
      state: 'created',
      state_data: { page: 1 },
      version: 1,
      devices: 'one',
      duration_seconds: 600,
      remaining_seconds: 600,
      started_at: null,
      expires_at: null,
      ended_at: null,
    });
    const read = await service.call('GET', `/v1/sessions/${id}`);
    assert.deepEqual([read.body, read.headers.get('etag')], [made.body, '"1"']);
    const started = (await service.step(String(id), 'start')).body;
    assert.equal(started['state'], 'in_progress');
    assert.equal((await service.save(String(id), 1, { page: 2 })).headers.get('etag'), '"2"');
    const submitted = (await service.step(String(id), 'submit')).body;
    assert.deepEqual(
      [submitted['state'], submitted['version'], submitted['state_data'], submitted['started_at']],
      ['submitted', 2, { page: 2 }, started['started_at']],
    );
    assert.ok(submitted['ended_at']);
  });

  it('is one alone that lives, of each candidate and assessment: 409 names it', async () => {
    const candidate = await service.candidate();
    const first = await service.session({}, candidate);
    const again = await create(candidate, { assessment: 'sql-basics' });
    assert.deepEqual([...refused(again), again.body['session_id']], [409, 'session_live', first.id]);
    await service.session({ assessment: 'another' }, candidate);
    await service.step(first.id, 'terminate');
    await service.session({}, candidate);
  });

  it('is made once where ten ask at once', async () => {
    const candidate = await service.candidate();
    const asked = Array.from({ length: 10 }, () => create(candidate, { assessment: 'sql-basics' }));
    const answers = (await Promise.all(asked)).map(({ status }) => status).sort();
    assert.deepEqual(answers, [201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('is started once, however often and by however many at once: the clock does not begin anew', async () => {
    const { id } = await service.session({ duration_seconds: 600 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => service.step(id, 'start')));
    const times = new Set(answers.map(({ body }) => body['started_at']));
    assert.deepEqual([answers.map(({ status }) => status), times.size], [Array.from({ length: 10 }, () => 200), 1]);
    time.advance(100);
    const again = (await service.step(id, 'start')).body;
    assert.ok(times.has(again['started_at']) && Number(again['remaining_seconds']) <= 500);
    const events = (await service.history(id)).map(({ event }) => event);
    assert.deepEqual(events, ['create', 'start']);
  });

  it('is handed in once where ten ask at once', async () => {
    const { id } = await service.started();
    const answers = await Promise.all(Array.from({ length: 10 }, () => service.step(id, 'submit')));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 9 }, () => 409)]);
    const late = answers.find(({ status }) => status === 409)?.body;
    assert.deepEqual([late?.['code'], late?.['state'], late?.['allowed']], ['transition_not_allowed', 'submitted', []]);
    assert.equal((await service.history(id)).length, 3);
  });

  it('that is overdue is in nobody’s way', async () => {
    const candidate = await service.candidate();
    const first = await service.started({ duration_seconds: 60 }, candidate);
    time.advance(61);
    await service.session({}, candidate);
    assert.equal((await service.read(first.id))['state'], 'expired');
    assert.deepEqual((await service.history(first.id)).at(-1)?.['event'], 'expire');
  });

  it('is found to be gone on with: the live one, or none', async () => {
    const candidate = await service.candidate();
    const resumable = (query = '') => service.call('GET', `/v1/candidates/${candidate}/sessions/resumable${query}`);
    assert.deepEqual(refused(await resumable()), [404, 'not_found']);
    const first = await service.started({ duration_seconds: 60 }, candidate);
    const other = await service.session({ assessment: 'other' }, candidate);
    assert.equal((await resumable('?assessment=sql-basics')).body['id'], first.id);
    assert.equal((await resumable()).body['id'], other.id);
    await service.step(first.id, 'pause');
    assert.equal((await resumable()).body['id'], first.id);
    await service.step(first.id, 'resume');
    time.advance(61);
    assert.deepEqual(refused(await resumable('?assessment=sql-basics')), [404, 'not_found']);
  });

  it('is listed by state and assessment, page by page; an overdue one is expired', async () => {
    const candidate = await service.candidate();
    const ids: unknown[] = [];
    for (const assessment of ['a', 'b', 'c'])
      ids.push((await service.started({ assessment, duration_seconds: 60 }, candidate)).id);
    await service.step(String(ids[1]), 'submit');
    time.advance(61);
    ids.push((await service.session({ assessment: 'd' }, candidate)).id);
    const list = async (query: string) => {
      const { items, next_cursor } = await service.told(200, 'GET', `/v1/candidates/${candidate}/sessions?${query}`);
      return { ids: (items as { id: string }[]).map(({ id }) => id), cursor: next_cursor };
    };
    assert.deepEqual((await list('')).ids, ids);
    assert.deepEqual((await list('state=expired')).ids, [ids[0], ids[2]]);
    assert.deepEqual((await list('state=in_progress')).ids, []);
    assert.deepEqual((await list('assessment=b&state=submitted')).ids, [ids[1]]);
    const { ids: page, cursor } = await list('limit=3');
    assert.deepEqual([...page, ...(await list(`limit=3&cursor=${cursor}`)).ids], ids);
    for (const forged of [`cursor=${ids[0]}`, `cursor=${cursor}&state=created`]) {
      const answer = await service.call('GET', `/v1/candidates/${candidate}/sessions?${forged}`);
      assert.deepEqual(refused(answer), [400, 'invalid_cursor'], `[43] ${forged}`);
    }
    assert.equal((await service.call('GET', `/v1/candidates/${randomUUID()}/sessions`)).status, 404);
  });
});
