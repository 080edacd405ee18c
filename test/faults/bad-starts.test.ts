import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { declaration } from '../support/declaration.ts';
import { freePort } from '../support/ports.ts';
import { createEmptyDatabase, type TestDatabase, urlFor } from '../support/postgres.ts';
import { type Outcome, Running } from '../support/running.ts';
import { snapshot } from '../support/snapshot.ts';

const masterKey = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe('faults: a start that cannot be', function () {
  this.timeout(120_000);
  const running = new Running();
  let empty: TestDatabase;
  /** One that a server has run on. */
  let used: TestDatabase;
  let cwd: string;
  let env: Record<string, string>;

  before(async () => {
    [empty, used] = await Promise.all([createEmptyDatabase(), createEmptyDatabase()]);
    const folder = await running.folder();
    await writeFile(join(folder, 'gatehouse.yaml'), declaration);
    const settings = { PORT: String(await freePort()), DATABASE_URL: used.url, MASTER_KEY: masterKey(1) };
    const server = running.run(['start'], folder, settings);
    await server.ready();
    server.kill('SIGTERM');
    assert.equal(await server.ended(), 0);
  });
  beforeEach(async () => {
    cwd = await running.folder();
    env = { PORT: String(await freePort()), MASTER_KEY: masterKey(1) };
  });
  afterEach(() => running.endAll());
  after(() => Promise.all([empty.drop(), used.drop()]));

  const start = (more: Record<string, string> = {}) => running.command(['start'], cwd, { ...env, ...more });
  /** Exit status 2, one line that says what to do, and nothing else. */
  const refusal = ({ status, stdout, stderr }: Outcome, line: RegExp) => {
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, line);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  };
  /** What a refused start leaves in its folder and in these databases: what was there before. */
  async function unchanged(show: () => Promise<void>): Promise<void> {
    const before = await Promise.all([readdir(cwd), snapshot(empty.url), snapshot(used.url)]);
    await show();
    assert.deepEqual(await Promise.all([readdir(cwd), snapshot(empty.url), snapshot(used.url)]), before);
  }

  describe('on a port that is taken', () => {
    let other: Server;
    let taken: string;
    beforeEach(async () => {
      taken = String(await freePort());
      other = createServer();
      await new Promise<void>((resolve) => other.listen(Number(taken), '127.0.0.1', resolve));
    });
    afterEach(() => other.close());

    it('makes no development database', () =>
      unchanged(async () => refusal(await start({ PORT: taken }), /^PORT: 127\.0\.0\.1:\d+ is taken .* set PORT/)));

    it('makes no master key', () =>
      unchanged(async () => {
        const outcome = await running.command(['start'], cwd, { PORT: taken });
        refusal(outcome, /^PORT: .* is taken/);
      }));

    it('touches no database', () =>
      unchanged(async () => {
        for (const { url } of [empty, used])
          refusal(await start({ PORT: taken, DATABASE_URL: url }), /^PORT: .* is taken/);
      }));

    it('touches nothing when it is the port for metrics, and ends', () =>
      unchanged(async () => {
        const line = /^METRICS_PORT: 127\.0\.0\.1:\d+ is taken .* set METRICS_PORT/;
        refusal(await start({ METRICS_PORT: taken }), line);
        refusal(await start({ METRICS_PORT: taken, DATABASE_URL: empty.url }), line);
      }));
  });

  it('names the address of a database that refuses connections, and not its password', async () => {
    const url = `postgres://gatehouse:hunter2@127.0.0.1:${await freePort()}/gatehouse`;
    const outcome = await start({ DATABASE_URL: url });
    refusal(outcome, /^DATABASE_URL: 127\.0\.0\.1:\d+\/gatehouse refuses connections/);
    assert.equal(outcome.stderr.includes('hunter2'), false);
  });

  it('makes no master key for a database that cannot be reached', () =>
    unchanged(async () => {
      const DATABASE_URL = `postgres://gatehouse@127.0.0.1:${await freePort()}/gatehouse`;
      refusal(await running.command(['start'], cwd, { PORT: env['PORT'] ?? '', DATABASE_URL }), /^DATABASE_URL: /);
    }));

  it('tells a wrong password and an unknown database', () =>
    unchanged(async () => {
      const url = new URL(used.url);
      url.password = 'hunter2';
      refusal(await start({ DATABASE_URL: url.href }), /^DATABASE_URL: .* refuses this user and password/);
      refusal(await start({ DATABASE_URL: urlFor('nowhere') }), /^DATABASE_URL: .* has no such database/);
    }));

  it('changes nothing under a master key that does not open the stored keys', () =>
    unchanged(async () => {
      const outcome = await start({ DATABASE_URL: used.url, MASTER_KEY: masterKey(2) });
      refusal(outcome, /^MASTER_KEY: signing key \S+ \(ES256\) was sealed with another master key\. Set MASTER_KEY/);
    }));

  it('opens the stored keys with an older master key behind the new one', async () => {
    const keys = `${masterKey(2)},${masterKey(1)}`;
    const server = running.run(['start'], cwd, { ...env, DATABASE_URL: used.url, MASTER_KEY: keys });
    await server.ready();
  });

  it('changes nothing in a schema newer than itself', async () => {
    const db = createDatabase(used.url, { max: 1 });
    await db('knex_migrations').insert({ name: '9999_future.ts', batch: 9, migration_time: new Date() });
    try {
      await unchanged(async () => {
        const outcome = await start({ DATABASE_URL: used.url });
        refusal(outcome, /^DATABASE_URL: the schema is newer than this Gatehouse \(it has 9999_future\.ts\)/);
      });
    } finally {
      await db('knex_migrations').where({ name: '9999_future.ts' }).delete();
      await db.destroy();
    }
  });

  it('changes nothing while Redis cannot be reached, be it one or a cluster', () =>
    unchanged(async () => {
      const [one, ...others] = await Promise.all([1, 2, 3].map(async () => `redis://127.0.0.1:${await freePort()}`));
      for (const urls of [[one], [one, ...others]]) {
        const outcome = await start({ DATABASE_URL: used.url, REDIS_URL: urls.join(',') });
        refusal(outcome, /^REDIS_URL: cannot reach Redis at 127\.0\.0\.1:\d+.*: connect ECONNREFUSED/);
      }
    }));

  it('makes no schema in an empty database while Redis cannot be reached', () =>
    unchanged(async () => {
      const url = `redis://127.0.0.1:${await freePort()}`;
      refusal(await start({ DATABASE_URL: empty.url, REDIS_URL: url }), /^REDIS_URL: cannot reach Redis/);
    }));

  it('names file and line of a broken declaration, and makes nothing', async () => {
    await writeFile(join(cwd, 'gatehouse.yaml'), 'clients:\n  - client_id: shop\n    scope: "openid\n  - x\n');
    await unchanged(async () => refusal(await start(), /^gatehouse\.yaml:\d+:\d+: /));
    await writeFile(
      join(cwd, 'gatehouse.yaml'),
      'clients:\n  - client_id: shop\n    colour: red\n    redirect_uris: [https://a.example/]\n',
    );
    await unchanged(async () =>
      refusal(await start(), /^gatehouse\.yaml:3 clients\[0\]\.colour: is not a known member/),
    );
  });

  it('tells everything that production lacks at once, and makes nothing', () =>
    unchanged(async () => {
      const { status, stdout, stderr } = await running.command(['start'], cwd, { NODE_ENV: 'production' });
      assert.deepEqual([status, stdout], [2, '']);
      const lines = stderr.trimEnd().split('\n');
      const names = ['ISSUER', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'MASTER_KEY'];
      assert.deepEqual(
        lines.map((line) => line.split(':')[0]),
        names,
      );
      for (const line of lines) assert.match(line, /^\w+: is required in production: set it to /);
    }));
});
