import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { TELL_CLIENT, type TellClientJob } from '../../../src/artifacts/index.ts';
import { buildAccounts } from '../../../src/build-accounts.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { queuedJobs } from '../../support/accounts.ts';
import { wakeWorker } from '../../support/jobs.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const client = (id: string) => `
  - client_id: ${id}
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid email`;
const calledAt = (id: string, host: string) => `${client(id)}
    backchannel_logout_uri: http://${host}/${id}
    backchannel_logout_session_required: true`;

/** Each test has an application of its own, and says how that answers. */
describe('back-channel logout, when an application does not answer as it should', () => {
  let receiver: Server;
  let server: TestServer;
  let guarded: TestServer;
  const received: string[] = [];
  const answers: Record<string, (response: ServerResponse) => void> = {};

  before(async () => {
    receiver = createServer(async (request, response) => {
      const id = request.url?.slice(1) ?? '';
      for await (const chunk of request) received.push(`${id} ${chunk}`);
      (answers[id] ?? ((ok: ServerResponse) => void ok.end()))(response);
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const [here, named] = [`127.0.0.1:${port}`, `localhost:${port}`];
    const yaml = `clients:${calledAt('web', here)}${calledAt('other', here)}${client('app')}`;
    // The engine's guard refuses private addresses; where it is replaced, loopback is where the application lives.
    const open = (url: URL, { dispatcher: _guard, ...options }: RequestInit) => fetch(url, options);
    server = await startServer({ yaml, fetch: open as never, jobs: true });
    guarded = await startServer({ yaml: `clients:${calledAt('web', here)}${calledAt('other', named)}`, jobs: true });
  });
  after(async () => {
    receiver.closeAllConnections();
    receiver.close();
    await Promise.all([server.close(), guarded.close()]);
  });

  const signedIn = (at: TestServer, id: string, agent = new UserAgent(at.issuer)) =>
    obtainTokens(new RelyingParty(at.issuer), { client_id: id, scope: 'openid email' }, agent);
  const signOut = async (at: TestServer, { agent, tokens }: Awaited<ReturnType<typeof signedIn>>) => {
    const asked = await agent.open(`${at.issuer}/oauth2/logout?id_token_hint=${tokens['id_token']}`);
    assert.match((await agent.submit(asked, { logout: 'yes' })).text, /signed out/i);
  };
  const jobs = (at: TestServer) => at.db('graphile_worker.jobs').where({ task_identifier: 'tell_client' });
  const lastError = async (at: TestServer) => String((await jobs(at).first('last_error'))?.last_error ?? '');
  const told = (id: string) => received.filter((each) => each.startsWith(`${id} `));

  it('tries again, by the job, until it does; and signs the person out at once all the same', async () => {
    answers['web'] = (response) => void response.writeHead(500).end();
    await signOut(server, await signedIn(server, 'web'));
    await until('it was tried', async () => /expected 200 OK .* got: 500/.test(await lastError(server)));
    delete answers['web'];
    await server.db.raw('update graphile_worker._private_jobs set run_at = now()');
    await wakeWorker(server.db);
    await until('it is done', async () => (await jobs(server)).length === 0);
    const [first, second] = told('web').map((each) => new URLSearchParams(each.slice(4)).get('logout_token') ?? '');
    assert.equal(decodeJwt(first ?? '')['sid'], decodeJwt(second ?? '')['sid']);
  });

  it('follows no redirect, and waits no longer than 2.5 s for one that hangs', async () => {
    answers['other'] = (response) => void response.writeHead(302, { location: '/web' }).end();
    await server.db.raw('delete from graphile_worker._private_jobs');
    const before = told('web').length;
    await signOut(server, await signedIn(server, 'other'));
    await until('it was refused', async () => /got: 302/.test(await lastError(server)));
    assert.equal(told('web').length, before);
    const waited = new Promise<number>((resolve) => {
      answers['other'] = (response) => {
        const started = process.hrtime.bigint();
        response.once('close', () => resolve(Number(process.hrtime.bigint() - started) / 1e9));
      };
    });
    await server.db.raw('update graphile_worker._private_jobs set run_at = now()');
    await wakeWorker(server.db);
    await until('it was given up', async () => /timeout/i.test(await lastError(server)));
    assert.ok((await waited) < 5);
  });

  it('[22] calls no private address, and no name that leads to one', async () => {
    const before = received.length;
    const web = await signedIn(guarded, 'web');
    await signedIn(guarded, 'other', web.agent);
    await signOut(guarded, web);
    const errors = await until('both were refused', async () => {
      const all: string[] = await jobs(guarded).whereNotNull('last_error').pluck('last_error');
      return all.length === 2 && all;
    });
    for (const error of errors) assert.match(error, /hostname resolves to a special-use IP address/);
    assert.equal(received.length, before);
  });

  it('tells every application of a session that an operator ends, and none of one that wants no word', async () => {
    delete answers['web'];
    delete answers['other'];
    const { tokens, agent } = await signedIn(server, 'web');
    for (const id of ['other', 'app']) await signedIn(server, id, agent);
    const { sub = '' } = decodeJwt(tokens['id_token'] ?? '');
    const before = [told('web').length, told('other').length];
    const parts = buildAccounts(server.config, { db: server.db, redis: undefined }, systemClock);
    const queued = await server.db.transaction(async (transaction) => {
      await parts.endSessions(transaction, sub);
      return queuedJobs<TellClientJob>(transaction, TELL_CLIENT);
    });
    assert.deepEqual(
      queued
        .filter((job) => job.sub === sub)
        .map(({ client_id }) => client_id)
        .sort(),
      ['other', 'web'],
    );
    await until(
      'both are told',
      () => told('web').length > (before[0] ?? 0) && told('other').length > (before[1] ?? 0),
    );
    const last = decodeJwt(new URLSearchParams(told('web').at(-1)?.slice(4)).get('logout_token') ?? '');
    assert.deepEqual([last.sub, last.aud, last['sid']], [sub, 'web', decodeJwt(tokens['id_token'] ?? '')['sid']]);
  });
});
