import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findEmbedded, startEmbedded } from '../../../../adapters/postgres/embedded.ts';
import { postmasterPort, stopPostmaster } from '../../../../adapters/postgres/embedded-binaries.ts';

const source = new URL('../../../../adapters/postgres/embedded.ts', import.meta.url).href;

/** What another `gatehouse` process does: starts the database of the folder, says so, and lives on. */
const otherProcess = `
  import { startEmbedded } from ${JSON.stringify(source)};
  const database = await startEmbedded({ dir: process.argv[1], durable: false });
  process.stdin.on('data', () => database.stop().then(() => process.exit(0)));
  console.log(JSON.stringify(database));
`;

describe('the embedded database', () => {
  const folders: string[] = [];
  const children: ChildProcess[] = [];
  let dir: string;

  async function folder(): Promise<string> {
    const made = await mkdtemp(join(tmpdir(), 'gatehouse-embedded-'));
    folders.push(made);
    return made;
  }

  function other(inside: string): ChildProcess & { answer: Promise<{ url: string; started: boolean }> } {
    const args = ['--input-type=module-typescript', '--eval', otherProcess, inside];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const answer = once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(line));
    return Object.assign(child, { answer });
  }

  before(async () => {
    dir = await folder();
  });

  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child);
    for (const each of folders) if ((await findEmbedded(each)) !== undefined) await stopPostmaster(each);
    await rm(join(dir, 'owner'), { force: true });
  });

  after(async () => {
    for (const each of folders) await rm(each, { recursive: true, force: true });
  });

  it('starts on an empty folder, answers on loopback alone, and ends', async () => {
    const database = await startEmbedded({ dir, durable: false });
    assert.equal(database.started, true);
    assert.equal(await findEmbedded(dir), database.url);
    const [settings] = await query(
      database.url,
      `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as addresses,
        current_setting('unix_socket_directories') as sockets, current_setting('max_connections') as connections`,
    );
    assert.deepEqual(settings, { encoding: 'UTF8', addresses: '127.0.0.1', sockets: '', connections: '200' });
    assert.equal((await stat(join(dir, 'password'))).mode & 0o777, 0o600);
    await query(database.url, 'create table kept (n int)');
    await database.stop();
    assert.equal(await findEmbedded(dir), undefined);
    assert.deepEqual((await readdir(dir)).sort(), ['cluster', 'log', 'password']);
  });

  it('lets nobody in without the password', async () => {
    const database = await startEmbedded({ dir, durable: false });
    const guess = database.url.replace(/:[^:@]+@/, ':guess@');
    await assert.rejects(query(guess, 'select 1'), { code: '28P01' });
    await database.stop();
  });

  it('is adopted when its owner was killed, and ended by who adopted it', async () => {
    const owner = other(dir);
    const { url } = await owner.answer;
    await killed(owner);
    const adopted = await startEmbedded({ dir, durable: false });
    assert.deepEqual([adopted.started, adopted.url], [false, url]);
    await query(url, 'insert into kept values (1)');
    await adopted.stop();
    assert.equal(await findEmbedded(dir), undefined);
  });

  it('is used beside a living owner, who alone ends it', async () => {
    const owner = other(dir);
    const { url } = await owner.answer;
    const guest = await startEmbedded({ dir, durable: false });
    await guest.stop();
    assert.equal(await findEmbedded(dir), url);
    owner.stdin?.write('stop\n');
    await once(owner, 'exit');
    assert.equal(await findEmbedded(dir), undefined);
  });

  it('recovers what was committed when the server itself is killed', async () => {
    const database = await startEmbedded({ dir });
    await query(database.url, 'insert into kept values (2)');
    await killServer(dir);
    const again = await startEmbedded({ dir });
    assert.equal(again.started, true);
    assert.deepEqual(await query(again.url, 'select n from kept order by n'), [{ n: 1 }, { n: 2 }]);
    await database.stop();
    assert.equal(await findEmbedded(dir), undefined);
  });

  it('starts although a stranger has got the number of the killed server', async () => {
    await startEmbedded({ dir, durable: false });
    await killServer(dir);
    const identity = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const stranger = spawn('sleep', ['60'], { ...identity, stdio: 'ignore' });
    children.push(stranger);
    const file = join(dir, 'cluster', 'postmaster.pid');
    const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [stranger.pid, ...rest].join('\n'));
    const again = await startEmbedded({ dir, durable: false });
    assert.equal(again.started, true);
  });

  it('is not held up by the lock and the owner of processes long gone', async () => {
    await writeFile(join(dir, 'lock'), '2147483647 1');
    await writeFile(join(dir, 'owner'), `${process.pid} 1`);
    const database = await startEmbedded({ dir, durable: false });
    await database.stop();
    assert.equal(await findEmbedded(dir), undefined);
  });

  it('comes up for two processes that start at the same moment', async () => {
    const empty = await folder();
    const both = await Promise.all([other(empty).answer, other(empty).answer]);
    assert.equal(both[0].url, both[1].url);
    assert.equal(both.filter((each) => each.started).length, 1);
    assert.deepEqual(await query(both[0].url, 'select current_database() as name'), [{ name: 'gatehouse' }]);
  });

  it('begins anew when initdb was cut short', async () => {
    const empty = await folder();
    const first = other(empty);
    first.answer.catch(() => undefined);
    await until(async () => (await readdir(empty)).some((name) => name.startsWith('new-')));
    await killed(first);
    const database = await startEmbedded({ dir: empty, durable: false });
    assert.deepEqual(await query(database.url, 'select 1 as one'), [{ one: 1 }]);
    await database.stop();
    assert.deepEqual(
      (await readdir(empty)).filter((name) => name.startsWith('new-')),
      [],
    );
  });
});

async function query(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function killServer(dir: string): Promise<void> {
  const cluster = join(dir, 'cluster');
  const [pid] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  await until(async () => (await postmasterPort(cluster)) === undefined);
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await pause(5)) {
    if (await condition()) return;
  }
  throw new Error('waited ten seconds in vain');
}
