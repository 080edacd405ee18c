import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { signedIn } from '../../support/accounts.ts';
import { refused } from '../../support/api.ts';
import { asCandidate, candidateToken, type SessionCaller } from '../../support/candidates.ts';
import { type CountedPlatform, startCountedPlatform } from '../../support/counted-platform.ts';
import type { TestServer } from '../../support/server.ts';

describe('/v1/candidates', () => {
  let server: TestServer;
  let service: SessionCaller;
  let counted: CountedPlatform['counted'];
  let close: () => Promise<void>;
  before(async () => {
    ({ server, service, counted, close } = await startCountedPlatform());
  });
  after(() => close());

  const create = (body: unknown) => service.call('POST', '/v1/candidates', body);
  const ids = async (query: string) => {
    const { items } = await service.told(200, 'GET', `/v1/candidates?${query}`);
    return (items as { id: string }[]).map(({ id }) => id);
  };

  it('are made, read and changed as the contract says', async () => {
    const members = {
      external_id: 'a-1',
      email: 'Ada@example.com',
      name: 'Ada',
      metadata: { cohort: ['x', { y: 1 }] },
    };
    const { status, body } = await counted(1, () => create(members));
    assert.equal(status, 201);
    const { id, created_at, updated_at, ...told } = body;
    assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.equal(created_at, updated_at);
    assert.deepEqual(told, { ...members, status: 'active', deactivated_at: null });
    const read = await counted(1, () => service.call('GET', `/v1/candidates/${id}`));
    assert.deepEqual(read.body, body);
    const patch = (change: unknown) => counted(1, () => service.call('PATCH', `/v1/candidates/${id}`, change));
    const changed = (await patch({ name: null, metadata: { new: true } })).body;
    assert.deepEqual((await patch({ name: null })).body, changed, 'what changes nothing is no change');
    const { updated_at: later, ...rest } = changed;
    assert.ok(String(later) > String(updated_at));
    assert.deepEqual(rest, { id, created_at, ...told, name: null, metadata: { new: true } });
    const spaced = (await create({ email: ' Zoe@example.com\n' })).body;
    assert.equal(spaced['email'], 'Zoe@example.com', 'without the spaces around it');
    const bare = (await create({})).body;
    assert.deepEqual([bare['external_id'], bare['email'], bare['name'], bare['metadata']], [null, null, null, {}]);
  });

  it('have an external id of their own, the deactivated ones too; of ten at once one gets it', async () => {
    const asked = Array.from({ length: 10 }, () => create({ external_id: 'wanted' }));
    const answers = await Promise.all(asked);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array.from({ length: 9 }, () => 409)]);
    const owner = answers.find(({ status }) => status === 201)?.body['id'];
    await service.told(204, 'DELETE', `/v1/candidates/${owner}`);
    assert.deepEqual(refused(await create({ external_id: 'wanted' })), [409, 'external_id_taken']);
    const other = await service.candidate({ external_id: 'other' });
    const taken = await service.call('PATCH', `/v1/candidates/${other}`, { external_id: 'wanted', name: 'New' });
    assert.deepEqual(refused(taken), [409, 'external_id_taken']);
    assert.equal((await service.told(200, 'GET', `/v1/candidates/${other}`))['name'], null);
    await service.told(200, 'PATCH', `/v1/candidates/${owner}`, { external_id: null });
    await service.told(200, 'PATCH', `/v1/candidates/${other}`, { external_id: 'wanted' });
  });

  it('are searched, in any case, and whatever is typed is looked for as it is', async () => {
    const ada = await service.candidate({ external_id: 'S_100', email: 'first@search.example', name: 'Ada Searcher' });
    const zoe = await service.candidate({ external_id: 'S-200', name: 'Zoë Searcher' });
    const gone = await service.candidate({ external_id: 'S-300', name: 'Gone Searcher' });
    await service.told(204, 'DELETE', `/v1/candidates/${gone}`);
    for (const [query, expected] of [
      ['q=searcher', [ada, zoe]],
      ['q=SEARCHER&status=all', [ada, zoe, gone]],
      ['q=searcher&status=inactive', [gone]],
      ['q=@Search.EXAMPLE', [ada]],
      [`q=${encodeURIComponent('ZOË')}`, [zoe]],
      ['q=S_1', [ada]],
      ['q=S-', [zoe]],
      ['q=%25', []],
      [`q=${encodeURIComponent("' or true --")}`, []],
      ['external_id=S-200', [zoe]],
      ['external_id=s-200', []],
      ['external_id=S-300', []],
      ['external_id=S-300&status=all', [gone]],
    ] as const)
      assert.deepEqual(await ids(query), expected, query);
    assert.ok(!(await ids('limit=100')).includes(gone));
  });

  it('are listed page by page, one statement each; [43] a forged cursor reaches no SQL', async () => {
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) made.push(await service.candidate({ name: 'Paged' }));
    const first = await counted(1, () => service.call('GET', '/v1/candidates?q=paged&limit=2'));
    const { next_cursor: cursor } = first.body;
    const seen = [...(first.body['items'] as { id: string }[]).map(({ id }) => id)];
    seen.push(...(await ids(`q=paged&limit=100&cursor=${cursor}`)));
    assert.deepEqual(seen, made);
    for (const query of [
      `cursor=${made[0]}`,
      `cursor=${cursor}`,
      `q=paged&status=all&cursor=${cursor}`,
      `q=paged&cursor=${cursor}A`,
    ])
      assert.deepEqual(
        refused(await counted(0, () => service.call('GET', `/v1/candidates?${query}`))),
        [400, 'invalid_cursor'],
        query,
      );
    for (const query of ['limit=0', 'limit=x', 'status=gone', 'q=%00', 'order=name'])
      assert.deepEqual(refused(await service.call('GET', `/v1/candidates?${query}`)), [400, 'invalid_query'], query);
  });

  it('[41] are changed by nothing but the members there are, and not by what won’t do', async () => {
    const id = await service.candidate({ external_id: 'steady', email: 'steady@example.com' });
    const before = await server.db('candidates').where({ id }).first();
    for (const [body, path] of [
      [{ external_id: '' }, 'external_id'],
      [{ external_id: 'x'.repeat(201) }, 'external_id'],
      [{ external_id: 5 }, 'external_id'],
      [{ external_id: 'a\u0000b' }, 'external_id'],
      [{ email: 'nobody' }, 'email'],
      [{ email: 'a@b@c' }, 'email'],
      [{ email: `${'x'.repeat(250)}@example.com` }, 'email'],
      [{ name: '\ud800' }, 'name'],
      [{ metadata: [] }, 'metadata'],
      [{ metadata: null }, 'metadata'],
      [{ metadata: { a: { b: '\u0000' } } }, 'metadata.a.b'],
      ['{"metadata":{"a":9007199254740993}}', 'metadata.a'],
      ['{"name":"x","name":"y"}', 'name'],
      [{ name: 'x', id: randomUUID() }, 'id'],
      [{ name: 'x', status: 'inactive' }, 'status'],
      [{ name: 'x', deactivated_at: null }, 'deactivated_at'],
      [{ name: 'x', created_at: '2020-01-01T00:00:00Z' }, 'created_at'],
    ] as const)
      for (const answer of [await create(body), await service.call('PATCH', `/v1/candidates/${id}`, body)]) {
        assert.deepEqual(refused(answer), [422, 'invalid_body'], JSON.stringify(body));
        assert.equal((answer.body['errors'] as { path: string }[])[0]?.path, path);
      }
    assert.deepEqual(refused(await service.call('PATCH', `/v1/candidates/${id}`, {})), [422, 'invalid_body']);
    assert.deepEqual(await server.db('candidates').where({ id }).first(), before);
    for (const nobody of ['5', 'x', '%00', randomUUID()])
      for (const [method, rest, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { name: 'x' }],
        ['DELETE', '', undefined],
        ['POST', '/restore', undefined],
      ] as const) {
        const answer = await service.call(method, `/v1/candidates/${nobody}${rest}`, body);
        assert.deepEqual(refused(answer), [404, 'not_found'], `${method} ${nobody}`);
      }
  });

  describe('one that is deactivated', () => {
    it('[33] has no live session, and no token, from that moment on; and comes back without them', async () => {
      const id = await service.candidate();
      const live = await service.started({ duration_seconds: 600 }, id);
      const created = await service.session({ assessment: 'not started' }, id);
      const over = await service.started({ assessment: 'submitted' }, id);
      await service.step(over.id, 'submit');
      await signedIn(server.db, id);
      const candidate = await asCandidate(server, id);
      assert.equal((await candidate.read(live.id))['state'], 'in_progress');

      await service.told(204, 'DELETE', `/v1/candidates/${id}`);
      assert.deepEqual(refused(await candidate.call('GET', `/v1/sessions/${live.id}`)), [401, 'invalid_token']);
      assert.deepEqual(refused(await candidate.save(live.id, 1, { late: true })), [401, 'invalid_token']);
      const left = await server.db('oidc_artifacts').where({ account_id: id }).whereNot({ model: 'Grant' });
      assert.deepEqual(left, []);
      const states = await Promise.all([live, created, over].map(async (one) => (await service.read(one.id))['state']));
      assert.deepEqual(states, ['terminated', 'terminated', 'submitted']);
      const last = (await service.history(live.id)).at(-1);
      assert.deepEqual([last?.['event'], last?.['reason']], ['terminate', 'candidate deactivated']);
      const { status, deactivated_at } = await service.told(200, 'GET', `/v1/candidates/${id}`);
      assert.ok(status === 'inactive' && deactivated_at);
      const another = await service.call('POST', `/v1/candidates/${id}/sessions`, { assessment: 'new' });
      assert.deepEqual(refused(another), [409, 'candidate_inactive']);
      await service.told(204, 'DELETE', `/v1/candidates/${id}`);

      const restored = await service.told(200, 'POST', `/v1/candidates/${id}/restore`);
      assert.deepEqual([restored['status'], restored['deactivated_at']], ['active', null]);
      assert.equal((await service.read(live.id))['state'], 'terminated');
      assert.equal((await candidate.call('GET', `/v1/sessions/${live.id}`)).status, 401);
      await service.session({ assessment: 'new' }, id);
    });

    it('is so wholly, or not at all', async () => {
      const id = await service.candidate();
      const live = await service.started({}, id);
      await server.db.raw(`alter table revocations add constraint broken check (value <> '${id}')`);
      assert.equal((await service.call('DELETE', `/v1/candidates/${id}`)).status, 500);
      await server.db.raw('alter table revocations drop constraint broken');
      assert.equal((await service.told(200, 'GET', `/v1/candidates/${id}`))['status'], 'active');
      assert.equal((await service.read(live.id))['state'], 'in_progress');
      assert.equal((await (await asCandidate(server, id)).read(live.id))['state'], 'in_progress');
    });

    it('gets no session that is made at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const id = await service.candidate();
        await Promise.all([
          service.call('DELETE', `/v1/candidates/${id}`),
          service.call('POST', `/v1/candidates/${id}/sessions`, { assessment: 'a' }),
        ]);
        const live = await server.db('assessment_sessions').where({ candidate_id: id }).whereNull('ended_at');
        assert.deepEqual(live, []);
      }
    });
  });

  it('[14] [45] are told by no id that is not theirs, and leave no token in the log', async () => {
    const session = await service.started();
    const token = await candidateToken(server, session.candidate_id);
    const mixed = [session.id, session.candidate_id];
    for (const [path, id] of [
      ['/v1/candidates', mixed[0]],
      ['/v1/sessions', mixed[1]],
    ] as const)
      assert.equal((await service.call('GET', `${path}/${id}`)).status, 404, path);
    const shown = await service.call('GET', `/v1/sessions/${session.id}`, undefined, {
      authorization: `Bearer ${session.id}`,
    });
    assert.deepEqual(refused(shown), [401, 'invalid_token']);
    await (await asCandidate(server, session.candidate_id)).save(session.id, 1, { secret: 'what was answered' });
    for (const secret of [token, 'what was answered']) assert.ok(!server.logs().includes(secret), secret);
  });
});
