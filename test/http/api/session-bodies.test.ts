import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { refused } from '../../support/api.ts';
import { grown, platform, type SessionCaller, sized, TestDatabaseClock } from '../../support/candidates.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const KIB = 1024;

describe('a body for /v1/sessions', () => {
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

  it('that won’t do is refused at its place, and nothing is made', async () => {
    const candidate = await service.candidate();
    const past = new Date(Date.now() + time.ahead - 1000).toISOString();
    for (const [body, path] of [
      [{}, 'assessment'],
      [{ assessment: '' }, 'assessment'],
      [{ assessment: 'x'.repeat(201) }, 'assessment'],
      [{ assessment: 'a\u0000' }, 'assessment'],
      [{ assessment: 'a\ud800' }, 'assessment'],
      [{ assessment: 'a', duration_seconds: 0 }, 'duration_seconds'],
      [{ assessment: 'a', duration_seconds: -1 }, 'duration_seconds'],
      [{ assessment: 'a', duration_seconds: 1e12 }, 'duration_seconds'],
      [{ assessment: 'a', duration_seconds: 1.5 }, 'duration_seconds'],
      [{ assessment: 'a', duration_seconds: '60' }, 'duration_seconds'],
      [{ assessment: 'a', expires_at: past }, 'expires_at'],
      [{ assessment: 'a', expires_at: 'tomorrow' }, 'expires_at'],
      [{ assessment: 'a', expires_at: '2026-13-45T00:00:00Z' }, 'expires_at'],
      [{ assessment: 'a', expires_at: '9999-12-31T23:59:59-00:01' }, 'expires_at'],
      [{ assessment: 'a', devices: 'two' }, 'devices'],
      [{ assessment: 'a', state_data: [] }, 'state_data'],
      [{ assessment: 'a', state_data: { a: '\u0000' } }, 'state_data.a'],
      [{ assessment: 'a', candidate_id: randomUUID() }, 'candidate_id'],
      [{ assessment: 'a', state: 'submitted' }, 'state'],
      [{ assessment: 'a', version: 9 }, 'version'],
      [{ assessment: 'a', remaining_seconds: 9 }, 'remaining_seconds'],
    ] as const) {
      const answer = await create(candidate, body);
      assert.deepEqual(refused(answer), [422, 'invalid_body'], `[41] ${path}`);
      assert.equal((answer.body['errors'] as { path: string }[])[0]?.path, path);
    }
    const big = { assessment: 'a', state_data: JSON.parse(sized(257 * KIB)) };
    assert.deepEqual(refused(await create(candidate, big)), [413, 'too_large']);
    const grows = `{"assessment":"a","state_data":${grown(256 * KIB)}}`;
    assert.deepEqual(
      refused(await create(candidate, grows)),
      [413, 'too_large'],
      'it is stored longer than it was sent',
    );
    assert.deepEqual((await service.told(200, 'GET', `/v1/candidates/${candidate}/sessions`))['items'], []);
    assert.equal((await create(randomUUID(), { assessment: 'a' })).status, 404);
  });

  it('of many faults at one long place names twenty of them', async () => {
    const { id } = await service.started();
    const place = 'x'.repeat(100_000);
    for (const [fault, many] of [
      ['"\\u0000"', 15_000],
      ['1e400', 25_000],
    ] as const) {
      const answer = await service.save(id, 1, `{"${place}":[${Array(many).fill(fault)}]}`);
      assert.deepEqual(refused(answer), [422, 'invalid_body']);
      assert.equal((answer.body['errors'] as unknown[]).length, 20);
    }
  });

  it('of an unknown event, or with a reason that won’t do, changes nothing', async () => {
    const { id } = await service.started();
    for (const [body, path] of [
      [{}, 'event'],
      [{ event: 'expire' }, 'event'],
      [{ event: 'explode' }, 'event'],
      [{ event: 'toString' }, 'event'],
      [{ event: 'submit', reason: 'x'.repeat(501) }, 'reason'],
      [{ event: 'submit', reason: '\u0000' }, 'reason'],
      [{ event: 'submit', at: '2020-01-01T00:00:00Z' }, 'at'],
      [{ event: 'submit', actor: 'somebody' }, 'actor'],
    ] as const) {
      const answer = await service.call('POST', `/v1/sessions/${id}/transitions`, body);
      assert.deepEqual(refused(answer), [422, 'invalid_body']);
      assert.equal((answer.body['errors'] as { path: string }[])[0]?.path, path);
    }
    assert.equal((await service.read(id))['state'], 'in_progress');
  });

  it('for an id that is no UUID, or nobody’s, finds nothing', async () => {
    for (const id of ['5', 'not-a-uuid', '%00', "'", randomUUID()])
      for (const [method, address, body] of [
        ['GET', `/v1/sessions/${id}`, undefined],
        ['GET', `/v1/sessions/${id}/history`, undefined],
        ['PUT', `/v1/sessions/${id}/state-data`, {}],
        ['POST', `/v1/sessions/${id}/transitions`, { event: 'start' }],
        ['GET', `/v1/candidates/${id}/sessions`, undefined],
        ['POST', `/v1/candidates/${id}/sessions`, { assessment: 'a' }],
        ['GET', `/v1/candidates/${id}/sessions/resumable`, undefined],
      ] as const) {
        const answer = await service.call(method, address, body, { 'if-match': '"1"' });
        assert.deepEqual(refused(answer), [404, 'not_found'], address);
      }
  });
});
