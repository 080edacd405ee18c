import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { type Cable, layCable } from '../support/cable.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { Running, type RunningProcess } from '../support/running.ts';
import { until } from '../support/until.ts';

const LINES = 5000;
const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
/** A line in this many is bad. */
const BAD = 50;

/** JSON lines, some of them bad. */
const lines = Array.from({ length: LINES }, (_, index) =>
  index % BAD === 7
    ? `{"email": "nobody-${index}"}`
    : JSON.stringify({ email: `user-${index}@example.com`, name: `User ${index}` }),
);
const good = LINES - LINES / BAD;

describe('faults: an import', function () {
  this.timeout(60_000);
  const running = new Running();
  let database: TestDatabase;
  let cable: Cable;
  let db: Knex;
  let cwd: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url, { max: 1 });
    cable = await layCable(Number(new URL(database.url).port));
    cwd = await running.folder();
    const url = new URL(database.url);
    url.port = String(cable.port);
    env = { DATABASE_URL: url.href, MASTER_KEY, LOG_LEVEL: 'warn' };
    await writeFile(join(cwd, 'users.jsonl'), `${lines.join('\n')}\n`);
  });
  afterEach(async () => {
    await running.endAll();
    await db.destroy();
    await cable.cut();
    await database.drop();
  });

  const stored = async (): Promise<number> => Number((await db('users').count())[0]?.['count']);
  /** An import that was handed so many lines, and waits for more. */
  async function halfDone(count: number): Promise<RunningProcess> {
    const importing = running.run(['users', 'import', '-'], cwd, env, {
      more: `${lines.slice(0, count).join('\n')}\n{"email": "half`,
    });
    await until('some are in', async () => (await stored()) >= 1000);
    return importing;
  }
  const finish = () => running.command(['users', 'import', 'users.jsonl', '--errors', 'bad.txt'], cwd, env);

  it('killed in the midst goes on when it is run again: nobody twice, nobody left out, each bad line told', async () => {
    const killed = await halfDone(2600);
    killed.kill('SIGKILL');
    assert.equal(await killed.ended(), 'SIGKILL');
    const before = await stored();
    assert.ok(before >= 1000 && before < good, `${before} were in`);
    const { status, stdout, stderr } = await finish();
    const summary = `Imported ${grouped(good - before)} users, ${grouped(before)} were there already, 100 lines could not be taken.`;
    assert.deepEqual([status, stderr, stdout.split('\n')[0]], [1, '', summary]);
    assert.equal(await stored(), good);
    const told = (await readFile(join(cwd, 'bad.txt'), 'utf8')).trimEnd().split('\n');
    const numbers = lines.flatMap((line, index) => (line.includes('nobody') ? [index + 1] : []));
    assert.deepEqual(
      told,
      numbers.map((number) => `line ${number}: email is no e-mail address`),
    );
    assert.match(
      (await finish()).stdout,
      /^Imported 0 users, 4,900 were there already, 100 lines could not be taken\.$/m,
    );
  });

  it('interrupted ends after a whole batch, says where, and how to go on', async () => {
    const interrupted = await halfDone(1500);
    interrupted.kill('SIGINT');
    assert.equal(await interrupted.ended(), 1);
    const [, imported = ''] =
      /^Imported ([\d,]+) users, 30 lines could not be taken\.$/m.exec(interrupted.output()) ?? [];
    assert.equal(imported, grouped(await stored()));
    assert.match(interrupted.output(), /^Stopped at line 1,500\. The same command goes on from there\.$/m);
    assert.equal(
      interrupted
        .stderr()
        .split('\n')
        .filter((line) => line.startsWith('line ')).length,
      30,
    );
  });

  it('whose database goes away says so, and is none the worse for it', async () => {
    const cut = await halfDone(1500);
    await cable.cut();
    cut.child.stdin?.end(`"}\n${lines.slice(1500).join('\n')}\n`);
    assert.equal(await cut.ended(), 2);
    assert.match(
      cut.stderr(),
      /^DATABASE_URL: 127\.0\.0\.1:\d+\/\w+ refuses connections: does PostgreSQL run there\?$/m,
    );
    assert.doesNotMatch(cut.stderr(), /^ +at /m);
    await cable.mend();
    await finish();
    assert.equal(await stored(), good);
  });
});

const grouped = (count: number): string => count.toLocaleString('en');
