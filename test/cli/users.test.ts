import assert from 'node:assert/strict';
import { link as hardLink, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sinon from 'sinon';
import { usersCommand } from '../../src/cli/users/index.ts';
import { runHere } from '../support/command-line.ts';
import { foreignHashes } from '../support/foreign-hashes.ts';
import { answerOf, askSilently, signIn } from '../support/people.ts';
import { PASSWORD, RelyingParty } from '../support/relying-party.ts';
import { processesIn, Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { UserAgent } from '../support/user-agent.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** `gatehouse users …`, as processes beside a running server. */
describe('gatehouse users', function () {
  this.timeout(30_000);
  const running = new Running();
  let server: TestServer;
  let cwd: string;
  let env: Record<string, string>;
  before(async () => {
    server = await startServer({ env: { MASTER_KEY }, hashingInFull: true });
    cwd = await running.folder();
    const { issuer, config } = server;
    env = { ISSUER: issuer, MASTER_KEY, DATABASE_URL: config.databaseUrl ?? '', LOG_LEVEL: 'info' };
  });
  after(async () => {
    await running.endAll();
    await server.close();
  });

  const users = (...args: string[]) => running.command(['users', ...args], cwd, env);
  /** It must be done: what it printed. */
  const done = async (...args: string[]) => {
    const { status, stdout, stderr } = await users(...args);
    assert.equal(status, 0, `${stdout}${stderr}`);
    return { stdout, log: stderr };
  };
  const linkIn = (text: string) => /^ {2}(http\S+)$/m.exec(text)?.[1] ?? assert.fail(text);
  const userOf = (email: string) => server.db('users').where({ email }).first();
  const setPassword = async (link: string, password: string) => {
    const agent = new UserAgent(server.issuer);
    return agent.submit(await agent.open(link), { password });
  };

  it('create: an account without a password, and a link that sets one', async () => {
    const { stdout, log } = await done('create', 'Ada@example.com', '--name', 'Ada Lovelace', '--locale', 'de');
    const { id, password_hash } = await userOf('Ada@example.com');
    assert.ok(stdout.startsWith(`Created Ada@example.com (${id}).\n`), stdout);
    assert.equal(password_hash, null);
    assert.match(stdout, /^Give it to Ada@example\.com alone/m);
    assert.equal((await setPassword(linkIn(stdout), PASSWORD)).status, 200);
    assert.ok((await userOf('Ada@example.com')).password_hash);
    const line = JSON.parse(log);
    assert.deepEqual([line.action, line.user], ['users.create', id]);
    assert.doesNotMatch(log, /token|example\.com|Lovelace/);
  });

  it('create: takes a password from standard input, and never as an argument', async () => {
    const creating = running.run(
      ['users', 'create', 'carl@example.com', '--verified', '--password-stdin'],
      cwd,
      env,
      PASSWORD,
    );
    assert.equal(await creating.ended(), 0, creating.output());
    const { password_hash, email_verified } = await userOf('carl@example.com');
    assert.deepEqual([password_hash.startsWith('$argon2id$'), email_verified], [true, true]);
    assert.ok(!creating.output().includes(PASSWORD));
    assert.equal((await users('create', 'x@example.com', '--password', PASSWORD)).status, 2);
  });

  it('create: says what is wrong, all of it, and makes nobody', async () => {
    await done('create', 'dora@example.com', '--mail');
    const taken = await users('create', ' DORA@example.com', '--name', 'a\nb');
    assert.deepEqual([taken.status, taken.stdout], [1, '']);
    assert.match(taken.stderr, /^The name has to be letters, .*\nNobody was created\.\n$/);
    assert.match((await users('create', 'DORA@example.com')).stderr, /has an account already: gatehouse users show/);
    assert.match((await users('create', 'dora')).stderr, /^dora is no e-mail address\.$/m);
    assert.equal((await server.db('users').where({ email_key: 'dora@example.com' })).length, 1);
  });

  it('list and show: tables for people, JSON for programs, without a hash', async () => {
    const { stdout } = await done('list');
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    const column = head.indexOf('STATUS');
    assert.ok(rows.length >= 3);
    for (const row of rows) assert.equal(row.slice(column, column + 6), 'active', 'the columns are aligned');
    const first = JSON.parse((await done('list', '--json', '--limit', '1')).stdout);
    const second = JSON.parse((await done('list', '--json', '--limit', '1', '--cursor', first.next_cursor)).stdout);
    const { id } = await userOf('Ada@example.com');
    assert.deepEqual([first.items.length, first.items[0].id, second.items.length], [1, id, 1]);
    assert.notEqual(second.items[0].id, id);
    const shown = JSON.parse((await done('show', 'ada@EXAMPLE.com', '--json')).stdout);
    assert.deepEqual(shown, first.items[0]);
    assert.deepEqual(Object.keys(shown), [
      ...['id', 'email', 'email_verified', 'name', 'locale', 'status'],
      ...['has_password', 'created_at', 'updated_at', 'last_login_at', 'deletion_due_at'],
    ]);
    assert.match((await done('show', id)).stdout, /^E-mail +Ada@example\.com \(not verified\)$/m);
    assert.equal((await done('list', '--q', 'nobody-like-this')).stdout, 'Nobody fits.\n');
  });

  it('verify: takes the address as proved, and says where it was', async () => {
    const { id } = await userOf('Ada@example.com');
    assert.match((await done('verify', id)).stdout, /^Verified Ada@example\.com\./);
    assert.equal((await userOf('Ada@example.com')).email_verified, true);
    assert.match((await done('verify', id)).stdout, /was verified already/);
  });

  it('reset-link: sets a new password once, and the log tells of it without the link', async () => {
    const { stdout, log } = await done('reset-link', 'ada@example.com');
    const link = linkIn(stdout);
    assert.ok(link.startsWith(`${server.issuer}/account/reset-password?token=`));
    assert.equal(JSON.parse(log).action, 'users.reset-link');
    assert.ok(!log.includes(new URL(link).searchParams.get('token') ?? ''));
    assert.equal((await setPassword(link, `${PASSWORD} again`)).status, 200);
    assert.equal((await setPassword(link, `${PASSWORD} and again`)).status, 400);
  });

  it('disable: asks, or is told --yes; ends what is signed in; enable undoes it', async () => {
    const agent = new UserAgent(server.issuer);
    const party = new RelyingParty(server.issuer);
    const person = { email: 'carl@example.com', password: PASSWORD };
    assert.ok(answerOf(await signIn(agent, party, { client_id: 'web' }, person))['code']);
    const unasked = await users('disable', person.email);
    assert.deepEqual(
      [unasked.status, unasked.stderr],
      [2, '--yes: say it where nobody can be asked. Nothing was changed\n'],
    );
    assert.ok((await askSilently(agent, party, { client_id: 'web' }))['code']);
    assert.match((await done('disable', person.email, '--yes')).stdout, /^Disabled carl@example\.com\./);
    assert.equal((await askSilently(agent, party, { client_id: 'web' }))['error'], 'login_required');
    assert.match((await users('reset-link', person.email)).stderr, /is disabled\. First: gatehouse users enable/);
    assert.match((await done('enable', person.email)).stdout, /^Enabled carl@example\.com\./);
    assert.ok(answerOf(await signIn(agent, party, { client_id: 'web' }, person))['code']);
  });

  it('import: whoever had a password elsewhere signs in with it, whatever kind of hash; it is ours from then on', async () => {
    const party = new RelyingParty(server.issuer);
    const kinds = Object.entries(await foreignHashes(PASSWORD));
    const people = kinds.map(([kind, password_hash], index) => ({
      kind,
      password_hash,
      email: `from-elsewhere-${index}@example.com`,
    }));
    const lines = people.map(({ email, password_hash }) =>
      JSON.stringify({ email, password_hash, email_verified: true }),
    );
    const importing = running.run(['users', 'import', '-'], cwd, env, lines.join('\n'));
    assert.equal(await importing.ended(), 0, importing.output());
    assert.match(importing.output(), new RegExp(`^Imported ${kinds.length} users\\.$`, 'm'));
    assert.ok(!importing.output().includes('@'), 'the log names nobody');
    for (const { kind, email, password_hash } of people) {
      const signedIn = async (password: string) => {
        const back = await signIn(new UserAgent(server.issuer), party, { client_id: 'web' }, { email, password });
        return answerOf(back)['code'] !== undefined;
      };
      assert.equal(await signedIn(`${PASSWORD} wrong`), false, kind);
      assert.equal((await userOf(email)).password_hash, password_hash, `${kind}: as it was`);
      assert.equal(await signedIn(PASSWORD), true, kind);
      assert.match((await userOf(email)).password_hash, /^\$argon2id\$v=19\$m=19456,/, kind);
      assert.equal(await signedIn(PASSWORD), true, `${kind}: again, by our own`);
    }
  });

  it('import: says how far it is, and how quick, now and then on standard error', async () => {
    const people = Array.from({ length: 2001 }, (_, at) => JSON.stringify({ email: `person-${at}@example.com` }));
    await writeFile(join(cwd, 'many.jsonl'), people.join('\n'));
    // Ten seconds go by between two looks at the time.
    let seconds = 0;
    const now = sinon.stub(performance, 'now').callsFake(() => {
      seconds += 10;
      return seconds * 1000;
    });
    try {
      const args = ['users', 'import', 'many.jsonl', '--dry-run'];
      const { status, stdout, stderr } = await runHere(usersCommand, args, { cwd, env });
      assert.deepEqual([status, stdout], [0, 'Checked only: 2,001 users would be imported.\n']);
      const [first, second, third, ...others] = stderr.trimEnd().split('\n');
      assert.match(first ?? '', /^1,000 users, 100 a second, \d:\d\d left$/);
      assert.match(second ?? '', /^2,000 users, 100 a second, \d:\d\d left$/);
      assert.equal(third, '2,001 users, 67 a second, 0:00 left');
      assert.deepEqual(others, []);
    } finally {
      now.restore();
    }
  });

  it('import: --errors may not be the input under any name, and what it named stays until there is a bad line', async () => {
    const [input, errors] = [join(cwd, 'people.jsonl'), join(cwd, 'bad.txt')];
    const good = `${JSON.stringify({ email: 'kept@example.com' })}\n`;
    await writeFile(input, good);
    await writeFile(errors, 'line 3: of the last time\n');
    await hardLink(input, join(cwd, 'again.jsonl'));
    await symlink(input, join(cwd, 'link.jsonl'));
    for (const name of ['people.jsonl', './people.jsonl', 'again.jsonl', 'link.jsonl']) {
      const { status, stderr } = await users('import', 'people.jsonl', '--errors', name);
      assert.deepEqual([status, stderr], [2, `--errors: ${name} is the file to import: name another one\n`]);
    }
    assert.match((await users('import', 'people.jsonl', '--errors', 'no/bad.txt')).stderr, /^--errors: .*ENOENT/);
    assert.equal(await readFile(input, 'utf8'), good);
    await done('import', 'people.jsonl', '--errors', 'bad.txt');
    assert.equal(await readFile(errors, 'utf8'), 'line 3: of the last time\n');
    await writeFile(input, `${good}{}\n`);
    assert.equal((await users('import', 'people.jsonl', '--errors', 'bad.txt')).status, 1);
    assert.equal(await readFile(errors, 'utf8'), 'line 2: email is missing\n');
  });

  it('end with 1 for somebody whom nobody knows, with 2 for a command that is none, on standard error', async () => {
    const refused = ['show', 'verify', 'reset-link'].map((command) => users(command, 'nobody@example.com'));
    for (const { status, stdout, stderr } of await Promise.all(refused)) {
      assert.deepEqual([status, stdout], [1, '']);
      assert.match(stderr, /^There is no user nobody@example\.com\. Look for/);
    }
    const wrong = [['list', '--limit', '0'], ['list', '--cursor', 'x'], ['show'], ['frob']];
    for (const { status, stdout } of await Promise.all(wrong.map((args) => users(...args))))
      assert.deepEqual([status, stdout], [2, '']);
  });

  it('make nothing in a folder that holds no Gatehouse', async () => {
    const empty = await running.folder();
    const { status, stderr } = await running.command(['users', 'list'], empty);
    assert.equal(status, 2);
    assert.match(stderr, /^DATABASE_URL: is unset, and .* holds no development database: start the server once/);
    assert.deepEqual([await readdir(empty), await processesIn(empty)], [[], []]);
  });
});
