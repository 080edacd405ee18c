import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { refused } from '../../support/api.ts';
import { asCandidate, platform, type SessionCaller } from '../../support/candidates.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { startServer, type TestServer } from '../../support/server.ts';

describe('the trail of a session', () => {
  let server: TestServer;
  let service: SessionCaller;
  before(async () => {
    server = await startServer({ yaml: operatorDeclaration });
    service = await platform(server);
  });
  after(() => server.close());

  it('tells who did what, when, from which client, and what was saved, without a gap', async () => {
    const session = await service.session({ duration_seconds: 600, devices: 'several' });
    const candidate = await asCandidate(server, session.candidate_id);
    await candidate.step(session.id, 'start');
    await candidate.save(session.id, 1, { a: 1 });
    await candidate.save(session.id, 1, { a: 1 });
    await candidate.save(session.id, 1, { a: 2 });
    await service.step(session.id, 'terminate', 'proctor saw a phone');
    const entries = await service.history(session.id);
    const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
    const byService = { actor: { kind: 'service', id: 'operator' }, client_id: 'operator' };
    const byCandidate = { actor: { kind: 'candidate', id: session.candidate_id }, client_id: 'web' };
    const empty = { version: 1, state_size: 2, state_hash: hashOf('{}') };
    const saved = { version: 2, state_size: 7, state_hash: hashOf('{"a":1}') };
    assert.deepEqual(
      entries.map(({ at, ...entry }) => entry),
      [
        { seq: 1, event: 'create', state: 'created', ...empty, ...byService, reason: null },
        { seq: 2, event: 'start', state: 'in_progress', ...empty, ...byCandidate, reason: null },
        { seq: 3, event: 'save', state: 'in_progress', ...saved, ...byCandidate, reason: null },
        { seq: 4, event: 'terminate', state: 'terminated', ...saved, ...byService, reason: 'proctor saw a phone' },
      ],
    );
    const times = entries.map(({ at }) => String(at));
    assert.deepEqual(times, times.toSorted());
    assert.equal((await service.read(session.id))['ended_at'], times.at(-1));
  });

  it('comes page by page', async () => {
    const { id } = await service.started();
    const path = `/v1/sessions/${id}/history?limit=1`;
    const { items, next_cursor: cursor } = await service.told(200, 'GET', path);
    const next = await service.told(200, 'GET', `${path}&cursor=${cursor}`);
    const seqs = [items, next['items']].map((page) => (page as { seq: number }[]).map(({ seq }) => seq));
    assert.deepEqual([seqs, next['next_cursor']], [[[1], [2]], null]);
    const other = await service.started();
    const foreign = await service.call('GET', `/v1/sessions/${other.id}/history?cursor=${cursor}`);
    assert.deepEqual(refused(foreign), [400, 'invalid_cursor'], '[43]');
  });

  it('is changed by nobody, the database itself says', async () => {
    for (const statement of [
      `update assessment_trail set actor = 'somebody else'`,
      'delete from assessment_trail',
      'truncate assessment_trail',
    ])
      await assert.rejects(server.db.raw(statement), /append only/, statement);
  });

  it('shows where an entry is missing that somebody took out behind the database’s back', async () => {
    const { id } = await service.started();
    await service.save(id, 1, { a: 1 });
    await service.step(id, 'pause');
    await server.db.raw('alter table assessment_trail disable trigger all');
    await server.db('assessment_trail').where({ session_id: id, seq: 3 }).delete();
    await server.db.raw('alter table assessment_trail enable trigger all');
    await service.step(id, 'resume');
    const seqs = (await service.history(id)).map(({ seq }) => seq);
    assert.deepEqual(seqs, [1, 2, 4, 5]);
  });
});
