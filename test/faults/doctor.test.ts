import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { SMTPServer } from 'smtp-server';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { newId } from '../../src/kernel/ids.ts';
import { freePort } from '../support/ports.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RedisNode, startRedis } from '../support/redis.ts';
import { Running } from '../support/running.ts';
import { snapshot } from '../support/snapshot.ts';
import { installTimeout } from '../support/system.ts';

const masterKey = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe('faults: gatehouse doctor', function () {
  this.timeout(120_000);
  const running = new Running();
  let database: TestDatabase;
  let redis: RedisNode;
  let smtp: SMTPServer;
  let healthy: Record<string, string>;
  let cwd: string;

  before(async function () {
    this.timeout(installTimeout);
    redis = await startRedis();
    database = await createTestDatabase();
    const [smtpPort, port] = [await freePort(), await freePort()];
    smtp = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], logger: false });
    await new Promise<void>((resolve) => smtp.listen(smtpPort, '127.0.0.1', resolve));
    healthy = {
      PORT: String(port),
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MASTER_KEY: masterKey(1),
    };
    const server = running.run(['start'], await running.folder(), healthy);
    await server.ready();
    server.kill('SIGTERM');
    assert.equal(await server.ended(), 0);
  });
  beforeEach(async () => {
    cwd = await running.folder();
  });
  afterEach(() => running.endAll());
  after(async () => {
    await new Promise<void>((resolve) => smtp.close(resolve));
    await redis.stop();
    await database.drop();
  });

  /** Runs it; each check's line by its name, as `state says`. Shows as well that nothing was changed. */
  async function examine(env: Record<string, string>) {
    const before = [await readdir(cwd), await snapshot(database.url)];
    const { status, stdout, stderr } = await running.command(['doctor'], cwd, { ...healthy, ...env });
    assert.deepEqual([await readdir(cwd), await snapshot(database.url)], before);
    assert.equal(stderr, '');
    const lines = stdout.trimEnd().split('\n');
    const parsed = lines.map(
      (line) => /^(ok|note|FAULT) +(\w+) +(.+)$/.exec(line) ?? assert.fail(`no finding: ${line}`),
    );
    return {
      status,
      findings: Object.fromEntries(parsed.map(([, state, check, says]) => [check, `${state} ${says}`])),
    };
  }
  const faultsOf = (findings: Record<string, string>) =>
    Object.keys(findings).filter((check) => findings[check]?.startsWith('FAULT'));

  it('finds everything well where it is', async () => {
    const { status, findings } = await examine({});
    assert.deepEqual(faultsOf(findings), []);
    assert.equal(status, 0);
    assert.deepEqual(Object.keys(findings), [
      'settings',
      'database',
      'migrations',
      'keys',
      'delivery',
      'redis',
      'mail',
    ]);
    assert.match(findings['settings'] ?? '', /^ok http:\/\/localhost:\d+, \d+ clients declared$/);
    assert.match(findings['database'] ?? '', /^ok answers at 127\.0\.0\.1:\d+$/);
    assert.equal(findings['migrations'], 'ok the schema is up to date');
    assert.equal(findings['keys'], 'ok 2 open with the master key; ES256, RS256 sign');
    assert.equal(findings['delivery'], 'ok no mail of the last 7 days has failed for good');
    assert.match(findings['redis'] ?? '', /^ok answers at 127\.0\.0\.1:\d+$/);
    assert.match(findings['mail'] ?? '', /^ok 127\.0\.0\.1:\d+ takes mail from us$/);
  });

  it('says the same as JSON', async () => {
    const { status, stdout } = await running.command(['doctor', '--json'], cwd, healthy);
    assert.equal(status, 0);
    const findings: { check: string; state: string; says: string }[] = JSON.parse(stdout);
    assert.deepEqual(
      findings.map(({ check, state }) => `${check} ${state}`),
      ['settings ok', 'database ok', 'migrations ok', 'keys ok', 'delivery ok', 'redis ok', 'mail ok'],
    );
    for (const { says } of findings) assert.ok(says.length > 0);
  });

  it('tells of mails that have failed for good, which is no fault of the settings', async () => {
    const db = createDatabase(database.url, { max: 1 });
    const mail = (days: number, state: string) => ({
      id: newId(),
      kind: 'reset-password',
      state,
      last_error: `${days} days ago: mailbox full`,
      created_at: new Date(Date.now() - days * 24 * 60 * 60 * 1000),
    });
    await db('mails').insert([mail(1, 'failed'), mail(2, 'failed'), mail(8, 'failed'), mail(0, 'queued')]);
    const { status, findings } = await examine({});
    await db('mails').delete();
    await db.destroy();
    assert.equal(status, 0);
    assert.equal(
      findings['delivery'],
      'note failed for good in the last 7 days: 2, the last one by: 1 days ago: mailbox full',
    );
  });

  it('says that the development database is not running, which is no fault, and makes none', async () => {
    const { status, findings } = await examine({ DATABASE_URL: '' });
    assert.equal(status, 0);
    assert.match(
      findings['database'] ?? '',
      /^note the development database is not running; it starts with the server/,
    );
  });

  it('tells a database that is not there', async () => {
    const { status, findings } = await examine({
      DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${await freePort()}/d`,
    });
    assert.deepEqual([status, faultsOf(findings)], [2, ['database']]);
    assert.match(findings['database'] ?? '', /127\.0\.0\.1:\d+\/d refuses connections/);
    assert.equal(JSON.stringify(findings).includes('hunter2'), false);
  });

  it('tells a database without a schema, and makes none', async () => {
    const empty = await createEmptyDatabase();
    const before = await snapshot(empty.url);
    const { status, findings } = await examine({ DATABASE_URL: empty.url });
    assert.equal(await snapshot(empty.url), before);
    await empty.drop();
    assert.equal(status, 2);
    assert.match(findings['migrations'] ?? '', /0001_foundation\.ts.* not applied yet: run gatehouse migrate/);
  });

  it('tells a master key that is not this database’s', async () => {
    const { status, findings } = await examine({ MASTER_KEY: masterKey(2) });
    assert.deepEqual([status, faultsOf(findings)], [2, ['keys']]);
    assert.match(findings['keys'] ?? '', /was sealed with another master key\. Set MASTER_KEY/);
  });

  it('tells a key and a salt that cannot be opened, and what to do', async () => {
    const db = createDatabase(database.url, { max: 1 });
    const { kid, sealed_private_jwk } = await db('signing_keys').where({ alg: 'RS256' }).first();
    const { id, sealed_salt } = await db('pairwise_salts').first();
    const seal = async (key: Buffer, salt: Buffer) => {
      await db('signing_keys').where({ kid }).update({ sealed_private_jwk: key });
      await db('pairwise_salts').where({ id }).update({ sealed_salt: salt });
    };
    await seal(sealed_private_jwk.subarray(0, 60), sealed_salt.subarray(0, 60));
    const { status, findings } = await examine({});
    await seal(sealed_private_jwk, sealed_salt);
    await db.destroy();
    assert.deepEqual([status, faultsOf(findings)], [2, ['keys']]);
    const changed = 'has been changed since it was sealed:';
    const [ofKey, ofSalt] = findings['keys']?.split('; pairwise') ?? [];
    const remedy = 'nothing is signed with this algorithm until gatehouse keys rotate --now';
    assert.equal(ofKey, `FAULT signing key ${kid} (RS256, active) ${changed} ${remedy}`);
    assert.match(ofSalt ?? '', new RegExp(`^ salt ${id} \\(for the first people\\) ${changed} .* from a backup$`));
  });

  it('tells a mail server and a Redis that are not there, both at once', async () => {
    const [smtpPort, redisPort] = [await freePort(), await freePort()];
    const env = { SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, REDIS_URL: `redis://127.0.0.1:${redisPort}` };
    const { status, findings } = await examine(env);
    assert.deepEqual([status, faultsOf(findings)], [2, ['redis', 'mail']]);
    assert.match(findings['redis'] ?? '', new RegExp(`127\\.0\\.0\\.1:${redisPort}: connect ECONNREFUSED`));
    assert.match(
      findings['mail'] ?? '',
      new RegExp(`127\\.0\\.0\\.1:${smtpPort} does not take mail from us.*SMTP_URL$`),
    );
  });

  it('tells every faulty setting, by name', async () => {
    const { status, stdout } = await running.command(['doctor'], cwd, { ...healthy, PORT: 'abc', LOG_LEVEL: 'loud' });
    assert.equal(status, 2);
    assert.match(stdout, /^FAULT +settings +PORT: .*\nFAULT +settings +LOG_LEVEL: .*\n$/);
  });
});
