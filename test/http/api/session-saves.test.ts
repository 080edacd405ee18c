import assert from 'node:assert/strict';
import { refused } from '../../support/api.ts';
import { asCandidate, grown, type SessionCaller, sized, TestDatabaseClock } from '../../support/candidates.ts';
import { type CountedPlatform, startCountedPlatform } from '../../support/counted-platform.ts';
import { CALLBACK } from '../../support/declaration.ts';
import type { TestServer } from '../../support/server.ts';
import { snapshot } from '../../support/snapshot.ts';

const KIB = 1024;

/** Of the client `web`. */
const ORIGIN = new URL(CALLBACK).origin;

describe('a save of a session', () => {
  const time = new TestDatabaseClock();
  let server: TestServer;
  let service: SessionCaller;
  let databaseUrl: string;
  let counted: CountedPlatform['counted'];
  let close: () => Promise<void>;
  before(async () => {
    ({ server, service, databaseUrl, counted, close } = await startCountedPlatform({ databaseClock: time }));
  });
  after(() => close());

  it('is one statement, also where it is refused, and so is a transition; a heartbeat writes nothing', async () => {
    const { id } = await service.session();
    await counted(1, () => service.step(id, 'start'));
    await service.save(id, 1, { warm: true });
    assert.equal((await counted(1, () => service.save(id, 2, { a: 1 }))).headers.get('etag'), '"3"');
    const before = await snapshot(databaseUrl);
    const beat = await counted(1, () => service.save(id, 3, { a: 1 }));
    assert.deepEqual([beat.status, beat.headers.get('etag'), beat.body['version']], [200, '"3"', 3]);
    const stale = await counted(1, () => service.save(id, 2, { a: 2 }));
    assert.deepEqual([...refused(stale), stale.body['version']], [412, 'stale_version', 3]);
    assert.equal(stale.headers.get('etag'), '"3"');
    assert.equal(await snapshot(databaseUrl), before);
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
    const grows = await counted(0, () => service.save(id, 1, grown(256 * KIB)));
    assert.deepEqual(refused(grows), [413, 'too_large'], 'it would be stored longer than it was sent');
    assert.equal((await service.save(id, 1, sized(256 * KIB))).status, 200);
    assert.equal((await service.history(id)).at(-1)?.['state_size'], 256 * KIB);
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
