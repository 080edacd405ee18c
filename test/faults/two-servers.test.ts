import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { migrations } from '../../migrations/index.ts';
import { declaration } from '../support/declaration.ts';
import { freePort } from '../support/ports.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts';
import { startRedis, startRedisCluster } from '../support/redis.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { Running } from '../support/running.ts';
import { installTimeout } from '../support/system.ts';

const REQUEST = { client_id: 'web', scope: 'openid' };
const OFFLINE = { client_id: 'web', scope: 'openid offline_access', prompt: 'consent' };
const web = { id: 'web' };
const nothing = async (): Promise<void> => undefined;

const STORES = {
  'PostgreSQL alone': async () => ({ urls: [] as string[], stop: nothing }),
  'a Redis': async () => {
    const { url, stop } = await startRedis();
    return { urls: [url], stop };
  },
  'a Redis cluster of three': startRedisCluster,
};

for (const [name, startStore] of Object.entries(STORES)) {
  describe(`faults: two servers that start at once on one empty database, with ${name}`, () => {
    const running = new Running();
    let database: TestDatabase;
    let store: Awaited<ReturnType<typeof startStore>>;
    /** What the first server is called by the world, and the second by its own port. */
    let first: RelyingParty;
    let second: RelyingParty;

    before(async function () {
      this.timeout(installTimeout);
      database = await createEmptyDatabase();
      store = await startStore();
      const cwd = await running.folder();
      const [port, otherPort] = [await freePort(), await freePort()];
      await writeFile(join(cwd, 'shop.yaml'), declaration);
      const env = {
        ISSUER: `http://localhost:${port}`,
        DATABASE_URL: database.url,
        MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        CONFIG_FILE: join(cwd, 'shop.yaml'),
        LOG_LEVEL: 'warn',
        ...(store.urls.length > 0 ? { REDIS_URL: store.urls.join(',') } : {}),
      };
      const start = (own: number) => running.run(['start'], cwd, { ...env, PORT: String(own) });
      const servers = [start(port), start(otherPort)];
      await Promise.all(servers.map((server) => server.ready()));
      for (const server of servers) assert.equal(server.stderr(), '');
      first = new RelyingParty(env.ISSUER);
      second = new RelyingParty(`http://localhost:${otherPort}`);
    });
    after(async () => {
      await running.endAll();
      await store?.stop();
      await database?.drop();
    });

    /** The second server redeems what the first gave out. */
    const exchange = (code: string, at = second) => at.exchange(code, web, { code_verifier: first.verifier });
    const refresh = (token: string | undefined, at: RelyingParty) =>
      at.token({ grant_type: 'refresh_token', refresh_token: token ?? '' }, web);

    it('have made one schema, one key of each algorithm and the clients, once', async () => {
      const db = createDatabase(database.url, { max: 1 });
      const steps = await db('knex_migrations').orderBy('id').pluck('name');
      const keys = await db('signing_keys').orderBy('alg').select('alg', 'state');
      const clients = await db('clients').pluck('client_id');
      await db.destroy();
      assert.deepEqual(
        steps,
        migrations.map((migration) => migration.name),
      );
      assert.deepEqual(keys, [
        { alg: 'ES256', state: 'active' },
        { alg: 'RS256', state: 'active' },
      ]);
      assert.deepEqual(clients.sort(), ['confidential', 'lenient', 'other', 'own', 'service', 'web']);
    });

    it('publish the same keys under the same issuer, and are ready', async () => {
      const answers = (path: string) =>
        Promise.all([first, second].map(async ({ issuer }) => (await fetch(issuer + path)).json()));
      for (const path of ['/.well-known/jwks.json', '/.well-known/openid-configuration']) {
        const [one, other] = await answers(path);
        assert.deepEqual(one, other);
      }
      for (const answer of await answers('/readyz')) assert.equal((answer as { status: string }).status, 'ready');
    });

    it('redeem each other’s codes and refresh tokens', async () => {
      const { code } = await obtainCode(first, OFFLINE);
      const exchanged = await exchange(code);
      assert.equal(exchanged.status, 200, JSON.stringify(exchanged.body));
      const once = await refresh(exchanged.body.refresh_token, first);
      const twice = await refresh(once.body.refresh_token, second);
      assert.deepEqual([once.status, twice.status], [200, 200]);
    });

    it('let one of fifty parallel exchanges of a code win, and end what it got', async () => {
      const { code } = await obtainCode(first, OFFLINE);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => exchange(code, n % 2 === 0 ? first : second)),
      );
      const won = answers.filter(({ status }) => status === 200);
      assert.equal(won.length, 1);
      for (const { status, body } of answers)
        if (status !== 200) assert.deepEqual([status, body.error], [400, 'invalid_grant']);
      assert.equal((await refresh(won[0]?.body.refresh_token, first)).body.error, 'invalid_grant');
    });

    it('know at once what the other has revoked', async () => {
      const { tokens } = await obtainTokens(first, OFFLINE);
      const token = tokens['refresh_token'] ?? '';
      assert.equal((await second.post('/oauth2/revoke', { token }, web)).status, 200);
      assert.equal((await refresh(token, first)).body.error, 'invalid_grant');
    });

    it('know at once who has signed in at the other', async () => {
      const { agent } = await obtainCode(first, REQUEST);
      const cookie = await agent.jar.getCookieString(first.issuer);
      const url = new URL(first.authorizeUrl(REQUEST));
      const answer = await fetch(second.issuer + url.pathname + url.search, {
        redirect: 'manual',
        headers: { cookie },
      });
      const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code');
      assert.equal((await exchange(code ?? '', first)).status, 200);
    });
  });
}
