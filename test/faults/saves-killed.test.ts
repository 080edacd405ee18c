import assert from 'node:assert/strict';
import { bearer } from '../support/api.ts';
import { platform, type SessionCaller } from '../support/candidates.ts';
import { type Gate, postgresWrites, type Side, setGate } from '../support/gate.ts';
import { expectInvariants } from '../support/invariants.ts';
import { operatorToken, operatorDeclaration as yaml } from '../support/operator.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startVictim } from '../support/victim.ts';

const own = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };

type Json = Record<string, unknown>;

describe('faults: kill -9 while a session is saved', function () {
  this.timeout(60_000);
  const running = new Running();
  let database: TestDatabase;
  let survivor: TestServer;
  let service: SessionCaller;
  let headers: Record<string, string>;
  before(async () => {
    database = await createTestDatabase();
    survivor = await startServer({ databaseUrl: database.url, yaml, env: own });
    service = await platform(survivor);
    headers = { ...bearer(await operatorToken(survivor.issuer, 'sessions:write')), 'content-type': 'application/json' };
  });
  after(async () => {
    await survivor.close();
    await running.endAll();
    await database.drop();
  });

  /** Sends each of these while its statement, or its answer, is held, and kills the server: nobody was answered. */
  async function killAt(requests: Readonly<Record<Side, () => Request>>[]): Promise<void> {
    const target = new URL(database.url);
    const gate: Gate = await setGate(Number(target.port), postgresWrites);
    target.port = String(gate.port);
    const port = await freePort();
    const env = { ...own, PORT: String(port), ISSUER: survivor.issuer };
    const victim = await startVictim({ yaml, env, databaseUrl: target.href }, await running.folder());
    const answers: Promise<unknown>[] = [];
    for (const { before, after } of requests)
      for (const [side, make] of [
        ['before', before],
        ['after', after],
      ] as const) {
        const { url, ...request } = make();
        const held = gate.held();
        gate.hold(side);
        answers.push(fetch(`http://127.0.0.1:${port}${url}`, request));
        answers.at(-1)?.catch(() => undefined);
        await until('it is held', () => gate.held() > held);
      }
    await victim.kill();
    const settled = await Promise.allSettled(answers);
    assert.deepEqual([...new Set(settled.map(({ status }) => status))], ['rejected'], 'nobody was answered');
    await gate.close();
  }

  interface Request {
    readonly url: string;
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  }

  const save = (id: string, data: Json): Request => ({
    url: `/v1/sessions/${id}/state-data`,
    method: 'PUT',
    headers: { ...headers, 'if-match': '"1"' },
    body: JSON.stringify(data),
  });
  const submit = (id: string): Request => ({
    url: `/v1/sessions/${id}/transitions`,
    method: 'POST',
    headers,
    body: '{"event":"submit"}',
  });

  it('[R1] [R2] it is stored with its entry in the trail, or not at all; sent again it is stored once', async () => {
    const [unsaved, saved, unsubmitted, submitted] = await Promise.all([1, 2, 3, 4].map(() => service.started()));
    assert.ok(unsaved && saved && unsubmitted && submitted);
    await killAt([
      { before: () => save(unsaved.id, { page: 2 }), after: () => save(saved.id, { page: 2 }) },
      { before: () => submit(unsubmitted.id), after: () => submit(submitted.id) },
    ]);
    await expectInvariants(survivor.db);
    const eventsOf = async (id: string) => (await service.history(id)).map(({ event }) => event);
    const versionOf = async (id: string) => (await service.read(id))['version'];
    assert.deepEqual([await versionOf(unsaved.id), await versionOf(saved.id)], [1, 2]);
    assert.deepEqual(await eventsOf(unsaved.id), ['create', 'start']);

    const other = await service.save(saved.id, 1, { page: 3 });
    assert.deepEqual([other.status, other.body['version'], other.headers.get('etag')], [412, 2, '"2"']);
    for (const { id } of [unsaved, saved]) {
      const again = await service.save(id, 1, { page: 2 });
      assert.deepEqual([again.status, again.body['version']], [200, 2]);
      assert.deepEqual(await eventsOf(id), ['create', 'start', 'save']);
      assert.deepEqual((await service.read(id))['state_data'], { page: 2 });
    }
    assert.equal((await service.step(unsubmitted.id, 'submit')).status, 200);
    assert.deepEqual((await service.step(submitted.id, 'submit')).body['state'], 'submitted');
    for (const { id } of [unsubmitted, submitted]) assert.deepEqual(await eventsOf(id), ['create', 'start', 'submit']);
    await expectInvariants(survivor.db);
  });
});
