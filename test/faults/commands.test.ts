import assert from 'node:assert/strict';
import { readFile, realpath } from 'node:fs/promises';
import { freePort } from '../support/ports.ts';
import { createEmptyDatabase } from '../support/postgres.ts';
import { processesIn, Running } from '../support/running.ts';
import { snapshot } from '../support/snapshot.ts';
import { until } from '../support/until.ts';

describe('faults: commands', function () {
  this.timeout(120_000);
  const running = new Running();
  let cwd: string;
  beforeEach(async () => {
    cwd = await realpath(await running.folder());
  });
  afterEach(() => running.endAll());

  it('migrate brings an empty database up to date, and twice is as good as once', async () => {
    const database = await createEmptyDatabase();
    const migrate = () => running.command(['migrate'], cwd, { DATABASE_URL: database.url });
    const first = await migrate();
    assert.deepEqual([first.status, first.stderr], [0, '']);
    assert.match(first.stdout, /^The schema was brought up to date\.\n {2}0001_foundation\.ts\n/);
    const before = await snapshot(database.url);
    assert.deepEqual(await migrate(), { status: 0, stdout: 'The schema is up to date.\n', stderr: '' });
    assert.equal(await snapshot(database.url), before);
    await database.drop();
  });

  it('migrate on two machines at once does the work once', async () => {
    const database = await createEmptyDatabase();
    const migrate = () => running.command(['migrate'], cwd, { DATABASE_URL: database.url });
    const outcomes = await Promise.all([migrate(), migrate()]);
    assert.deepEqual(
      outcomes.map(({ status, stderr }) => [status, stderr]),
      [
        [0, ''],
        [0, ''],
      ],
    );
    assert.equal(outcomes.filter(({ stdout }) => stdout.includes('brought up to date')).length, 1);
    await database.drop();
  });

  it('migrate makes the development database where there is none, and leaves no PostgreSQL running', async () => {
    assert.equal((await running.command(['migrate'], cwd)).status, 0);
    assert.deepEqual(await processesIn(cwd), []);
    assert.deepEqual(await running.command(['migrate'], cwd), {
      status: 0,
      stdout: 'The schema is up to date.\n',
      stderr: '',
    });
  });

  it('migrate and doctor find a running development database by themselves, and leave it running', async () => {
    const server = running.run(['start'], cwd, { PORT: String(await freePort()), LOG_LEVEL: 'warn' });
    await server.ready();
    assert.equal((await running.command(['migrate'], cwd)).stdout, 'The schema is up to date.\n');
    const { status, stdout } = await running.command(['doctor'], cwd);
    assert.equal(status, 0);
    assert.match(stdout, /^ok +database +answers at 127\.0\.0\.1:\d+$/m);
    assert.notDeepEqual(await processesIn(cwd), []);
    server.kill('SIGTERM');
    assert.equal(await server.ended(), 0);
    assert.deepEqual(await processesIn(cwd), []);
  });

  it('a command leaves the database that it has started to a server that came meanwhile, which ends it', async () => {
    assert.equal((await running.command(['migrate'], cwd)).status, 0);
    const importing = running.run(['users', 'import', '-'], cwd, {}, { more: '' });
    await until('the command has the database up', async () => (await processesIn(cwd)).length > 3);
    const server = running.run(['start'], cwd, { PORT: String(await freePort()), LOG_LEVEL: 'warn' });
    await server.ready();
    importing.child.stdin?.end('{"email": "ada@example.com"}\n');
    assert.equal(await importing.ended(), 0, importing.output());
    assert.match((await running.command(['users', 'show', 'ada@example.com'], cwd)).stdout, /^Status +active$/m);
    server.kill('SIGTERM');
    assert.equal(await server.ended(), 0);
    assert.equal(server.stderr(), '');
    assert.deepEqual(await processesIn(cwd), []);
  });

  it('--version is the package’s', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(await running.command(['--version'], cwd), { status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('--help names every command, on stdout', async () => {
    const { status, stdout, stderr } = await running.command(['--help'], cwd);
    assert.deepEqual([status, stderr], [0, '']);
    for (const command of ['start', 'migrate', 'doctor', 'users', '--version', '--help'])
      assert.match(stdout, new RegExp(`^ +(-\\w, )?${command}\\b`, 'm'));
  });

  it('a command that is not one ends with its help and a status that is not 0', async () => {
    const { status, stdout, stderr } = await running.command(['strat'], cwd);
    assert.notEqual(status, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /unknown command 'strat'/);
    assert.match(stderr, /\bstart\b/);
  });
});
