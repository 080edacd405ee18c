import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../../support/api.ts';
import { asCandidate, platform, type SessionCaller, TestDatabaseClock } from '../../support/candidates.ts';
import { CALLBACK } from '../../support/declaration.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { snapshot } from '../../support/snapshot.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const KIB = 1024;

/** Of the client `web`. */
const ORIGIN = new URL(CALLBACK).origin;

/** JSON of exactly so many bytes. */
const sized = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;

/** What a server keeps up to date by itself, whenever it is told to. */
const BEHIND = /signing_keys|pairwise_salts|from revocations/;

describe('/v1/sessions', () => {
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let service: SessionCaller;
  const time = new TestDatabaseClock();
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ yaml: operatorDeclaration, databaseUrl: wire.url, databaseClock: time });
    service = await platform(server);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const refused = ({ status, body }: ApiAnswer) => [status, body['code']];
  const create = (candidateId: string, body: unknown) =>
    service.call('POST', `/v1/candidates/${candidateId}/sessions`, body);

  async function counted(count: number, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    let answer: ApiAnswer | undefined;
    const all = await wire.statementsOf(async () => {
      answer = await work();
    });
    const statements = all.filter((statement) => !BEHIND.test(statement));
    assert.equal(statements.length, count, statements.join('\n'));
    return answer ?? assert.fail();
  }

  describe('a session', () => {
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

  describe('a save', () => {
    it('is one statement, also where it is refused, and so is a transition; a heartbeat writes nothing', async () => {
      const { id } = await service.session();
      await counted(1, () => service.step(id, 'start'));
      await service.save(id, 1, { warm: true });
      assert.equal((await counted(1, () => service.save(id, 2, { a: 1 }))).headers.get('etag'), '"3"');
      const before = await snapshot(database.url);
      const beat = await counted(1, () => service.save(id, 3, { a: 1 }));
      assert.deepEqual([beat.status, beat.headers.get('etag'), beat.body['version']], [200, '"3"', 3]);
      const stale = await counted(1, () => service.save(id, 2, { a: 2 }));
      assert.deepEqual([...refused(stale), stale.body['version']], [412, 'stale_version', 3]);
      assert.equal(stale.headers.get('etag'), '"3"');
      assert.equal(await snapshot(database.url), before);
      for (const event of ['start', 'pause', 'submit', 'terminate']) await counted(1, () => service.step(id, event));
      await counted(1, () => service.call('GET', `/v1/sessions/${id}`));
    });

    it('comes again when its answer was lost: the same version, and one entry', async () => {
      const { id } = await service.started();
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const { status, body } = await service.save(id, 1, { page: 2 });
        assert.deepEqual([status, body['version']], [200, 2]);
      }
      assert.equal((await service.history(id)).filter(({ event }) => event === 'save').length, 1);
    });

    it('is made by a page of the token’s own client, which may send If-Match and read the ETag', async () => {
      const session = await service.started();
      const path = `/v1/sessions/${session.id}/state-data`;
      const preflight = await fetch(server.issuer + path, { method: 'OPTIONS', headers: { origin: ORIGIN } });
      assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /If-Match/);
      assert.equal(preflight.headers.get('access-control-allow-methods'), 'PUT');
      const candidate = await asCandidate(server, session.candidate_id);
      const save = (origin: string) => candidate.call('PUT', path, { a: 1 }, { 'if-match': '"1"', origin });
      const answer = await save(ORIGIN);
      assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [200, ORIGIN]);
      assert.match(answer.headers.get('access-control-expose-headers') ?? '', /ETag/);
      assert.deepEqual(refused(await save('https://evil.example')), [403, 'origin_not_allowed']);
    });

    it('is read as it was sent, whatever JSON holds', async () => {
      const { id } = await service.started();
      const data = JSON.parse(
        '{"__proto__":{"a":1},"constructor":null,"ü 🎓":[1,-0.5,1e21,[],{}],"2":1,"1":2,"a\\nb":"\\u2028\\ud83c\\udf93"}',
      );
      assert.equal((await service.save(id, 1, data)).status, 200);
      assert.equal(JSON.stringify((await service.read(id))['state_data']), JSON.stringify(data));
    });

    it('takes If-Match as RFC 9110 has it', async () => {
      const { id } = await service.started();
      await service.save(id, 1, { n: 1 });
      const before = await service.read(id);
      for (const [header, ...refusal] of [
        ['', 428, 'precondition_required'],
        ['*', 428, 'precondition_required'],
        [' * ', 428, 'precondition_required'],
        ['2', 400, 'invalid_if_match'],
        ['"2', 400, 'invalid_if_match'],
        ['"2" "1"', 400, 'invalid_if_match'],
        ['*, "2"', 400, 'invalid_if_match'],
        ["'2'", 400, 'invalid_if_match'],
        ['W/"2"', 412, 'stale_version'],
        ['w/"2"', 400, 'invalid_if_match'],
        ['"1"', 412, 'stale_version'],
        ['"3"', 412, 'stale_version'],
        ['"02"', 412, 'stale_version'],
        ['"2 "', 400, 'invalid_if_match'],
        ['"99999999999999999999"', 412, 'stale_version'],
        ['"-2"', 412, 'stale_version'],
        ['""', 412, 'stale_version'],
      ] as const) {
        const headers = header === '' ? {} : { 'if-match': header };
        const answer = await service.call('PUT', `/v1/sessions/${id}/state-data`, { n: 2 }, headers);
        assert.deepEqual(refused(answer), refusal, header);
        if (answer.status === 412) assert.equal(answer.body['version'], 2, header);
      }
      assert.deepEqual(await service.read(id), before);
      assert.equal((await service.save(id, 'W/"2", "1" , "2"', { n: 3 })).headers.get('etag'), '"3"');
    });

    it('is refused before it is read when it is longer than 256 KiB', async () => {
      const { id } = await service.started();
      for (const bytes of [256 * KIB + 1, 257 * KIB]) {
        const answer = await counted(0, () => service.save(id, 1, sized(bytes)));
        assert.deepEqual(refused(answer), [413, 'too_large'], `${bytes}`);
      }
      const cut = await service.save(id, 1, `${'['.repeat(257 * KIB)}`);
      assert.deepEqual(refused(cut), [413, 'too_large'], 'and it is no JSON either');
      assert.equal((await service.save(id, 1, sized(256 * KIB))).status, 200);
      assert.equal((await service.history(id)).at(-1)?.['state_size'], 256 * KIB);
    });

    it('of what is no object, or could not be read as it was sent, is refused at its place', async () => {
      const { id } = await service.started();
      const deep = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);
      for (const [sent, path] of [
        ['[]', ''],
        ['null', ''],
        ['"text"', ''],
        ['5', ''],
        ['{"a":"x\\u0000y"}', 'a'],
        ['{"a":[1,{"b":"\\ud800"}]}', 'a.1.b'],
        ['{"a":"\\udc00\\ud800"}', 'a'],
        ['{"a":{"\\u0000":1}}', 'a'],
        ['{"\\ud800":1}', ''],
        ['{"a":1e999}', 'a'],
        [`{"a":${deep(1000, '[', ']')}}`, `a${'.0'.repeat(64)}`],
        [`{"a":${deep(1000, '{"a":', '}').replace(':}', ':1}')}}`, `a${'.a'.repeat(64)}`],
        [`{"a":${deep(100_000, '[', ']')}}`, `a${'.0'.repeat(64)}`],
      ] as const) {
        const what = sent.slice(0, 40);
        const answer = await service.save(id, 1, sent);
        assert.deepEqual(refused(answer), [422, 'invalid_body'], what);
        assert.deepEqual((answer.body['errors'] as { path: string }[])[0]?.path, path, what);
      }
      assert.deepEqual(refused(await service.save(id, 1, '{"a":')), [400, 'bad_request']);
      assert.deepEqual([(await service.read(id))['version'], (await service.history(id)).length], [1, 2]);
      assert.equal((await service.save(id, 1, `{"a":${deep(63, '[', ']')}}`)).status, 200);
    });

    it('waits until the session is in_progress, and is over when it is', async () => {
      const { id } = await service.session({ duration_seconds: 60 });
      const expectState = async (state: string) => {
        const answer = await service.save(id, 1, { state });
        assert.deepEqual([...refused(answer), answer.body['state']], [409, 'not_writable', state]);
      };
      await expectState('created');
      await service.step(id, 'start');
      await service.step(id, 'pause');
      await expectState('paused');
      await service.step(id, 'resume');
      time.advance(60);
      await expectState('expired');
      assert.deepEqual((await service.read(id))['state_data'], {});
    });
  });

  describe('a body', () => {
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
      assert.deepEqual((await service.told(200, 'GET', `/v1/candidates/${candidate}/sessions`))['items'], []);
      assert.equal((await create(randomUUID(), { assessment: 'a' })).status, 404);
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
          ['GET', `/v1/candidates/${id}/sessions/resumable`, undefined],
        ] as const) {
          const answer = await service.call(method, address, body, { 'if-match': '"1"' });
          assert.deepEqual(refused(answer), [404, 'not_found'], address);
        }
    });
  });

  describe('the trail', () => {
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
  });
});
