import assert from 'node:assert/strict';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, findEmbedded } from '../../adapters/postgres/index.ts';
import { declaration } from '../support/declaration.ts';
import { expectInvariants } from '../support/invariants.ts';
import { freePort } from '../support/ports.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { postgresDir, processesIn, Running, type RunningProcess } from '../support/running.ts';
import { until } from '../support/until.ts';

const OFFLINE = { client_id: 'web', scope: 'openid offline_access', prompt: 'consent' };
const REQUEST = { client_id: 'web', scope: 'openid' };
const web = { id: 'web' };

describe('faults: kill -9', function () {
  this.timeout(60_000);
  const running = new Running();
  let cwd: string;
  let party: RelyingParty;
  let env: Record<string, string>;

  beforeEach(async () => {
    cwd = await realpath(await running.folder());
    await writeFile(join(cwd, 'gatehouse.yaml'), declaration);
    const port = await freePort();
    env = { PORT: String(port), LOG_LEVEL: 'warn' };
    party = new RelyingParty(`http://localhost:${port}`);
  });
  afterEach(() => running.endAll());

  const start = async (): Promise<RunningProcess> => {
    const server = running.run(['start'], cwd, env);
    await server.ready();
    return server;
  };
  const refresh = (token: string | undefined) =>
    party.token({ grant_type: 'refresh_token', refresh_token: token ?? '' }, web);

  /** A person who signed in, and what an application got from it. */
  async function signIn() {
    const { tokens, agent } = await obtainTokens(party, OFFLINE);
    const { code } = await obtainCode(party, REQUEST, agent);
    return { refreshToken: tokens['refresh_token'], agent, code };
  }

  /** Session, grant, code and refresh token are as if nothing had happened: no password, no consent. */
  async function goesOn({ refreshToken, agent, code }: Awaited<ReturnType<typeof signIn>>) {
    assert.equal((await party.exchange(code, web)).status, 200);
    const again = await agent.get(party.authorizeUrl(REQUEST));
    const fresh = new URL(again.location ?? '').searchParams.get('code');
    assert.equal((await party.exchange(fresh ?? '', web)).status, 200);
    const rotated = await refresh(refreshToken);
    assert.equal(rotated.status, 200);
    assert.equal((await party.exchange(code, web)).body.error, 'invalid_grant');
    await holds();
  }

  async function stopsCleanly(server: RunningProcess) {
    server.kill('SIGTERM');
    assert.equal(await server.ended(), 0);
    assert.equal(server.stderr(), '');
    assert.deepEqual(await processesIn(cwd), []);
  }

  it('of the server: sessions, grants, codes and refresh tokens go on; it stops with 0, and PostgreSQL with it', async () => {
    const first = await start();
    const signedIn = await signIn();
    first.kill('SIGKILL');
    assert.equal(await first.ended(), 'SIGKILL');
    const second = await start();
    await goesOn(signedIn);
    await stopsCleanly(second);
  });

  it('of the server and of PostgreSQL: what was answered was written', async () => {
    const first = await start();
    const signedIn = await signIn();
    await killPostmaster();
    first.kill('SIGKILL');
    await first.ended();
    await until('PostgreSQL’s processes end', async () => (await processesIn(cwd)).length === 0);
    const second = await start();
    await goesOn(signedIn);
    await stopsCleanly(second);
  });

  it('of the server in the midst of token requests: none was written half-way', async () => {
    const first = await start();
    const people = await Promise.all(Array.from({ length: 4 }, () => obtainTokens(party, OFFLINE)));
    let answered = 0;
    const use = async (token: string | undefined): Promise<{ last: string | undefined; unsure: boolean }> => {
      for (let last = token; ; answered += 1) {
        const answer = await refresh(last).catch(() => undefined);
        if (!answer) return { last, unsure: true };
        if (answer.status !== 200) return { last, unsure: false };
        last = answer.body.refresh_token;
      }
    };
    const uses = people.map(({ tokens }) => use(tokens['refresh_token']));
    await until('some were refreshed', () => answered > 20);
    first.kill('SIGKILL');
    const ends = await Promise.all(uses);
    await start();
    await holds();
    for (const { last, unsure } of ends) {
      assert.equal(unsure, true);
      const { status, body } = await refresh(last);
      if (status !== 200) assert.equal(body.error, 'invalid_grant');
    }
  });

  it('in the midst of a start: the next start comes up on whatever is there', async () => {
    for (const progress of ['cluster', 'password', 'postmaster.pid']) {
      const dir = postgresDir(cwd);
      const paths = { cluster: dir, password: join(dir, 'password'), 'postmaster.pid': join(dir, 'cluster', progress) };
      const half = running.run(['start'], cwd, env);
      await until(progress, () => exists(paths[progress as keyof typeof paths]));
      half.kill('SIGKILL');
      await half.ended();
    }
    const server = await start();
    await signIn();
    await stopsCleanly(server);
  });

  it('SIGTERM in the midst of a start leaves no PostgreSQL behind', async () => {
    const half = running.run(['start'], cwd, env);
    await until('PostgreSQL starts', () => exists(join(postgresDir(cwd), 'cluster', 'postmaster.pid')));
    half.kill('SIGTERM');
    assert.equal(await half.ended(), 0);
    assert.deepEqual(await processesIn(cwd), []);
  });

  async function killPostmaster(): Promise<void> {
    const file = await readFile(join(postgresDir(cwd), 'cluster', 'postmaster.pid'), 'utf8');
    process.kill(Number.parseInt(file, 10), 'SIGKILL');
  }

  async function holds(): Promise<void> {
    const db = createDatabase((await findEmbedded(postgresDir(cwd))) ?? '', { max: 1 });
    await expectInvariants(db).finally(() => db.destroy());
  }
});

async function exists(path: string): Promise<boolean> {
  return await readFile(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EISDIR',
  );
}
