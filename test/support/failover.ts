import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../../adapters/postgres/embedded.ts';
import { prepareFolder } from '../../adapters/postgres/embedded-binaries.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** A PostgreSQL with another beside it that has every commit as soon as it is one, and takes its place. */
export interface Pair {
  /** Of the primary. */
  readonly url: string;
  /** Kills the primary, and has the other take over. @returns the other's port */
  failOver(): Promise<number>;
  stop(): Promise<void>;
}

/** Both on loopback, replicating as an operator would have them who loses nothing: `synchronous_standby_names`. */
export async function startPair(): Promise<Pair> {
  const [first, second] = await Promise.all([folder(), folder()]);
  const primary = await startEmbedded({ dir: first });
  await copyOf(primary.url, first, second);
  const standby = await startEmbedded({ dir: second });
  await ask(primary.url, `alter system set synchronous_standby_names = '*'`);
  await ask(primary.url, 'select pg_reload_conf()');
  const synchronous = `select from pg_stat_replication where sync_state = 'sync'`;
  await until('the standby follows', async () => (await ask(primary.url, synchronous)).rowCount === 1);
  return {
    url: primary.url,
    async failOver() {
      await kill(first);
      await ask(standby.url, 'select pg_promote(true)');
      return Number(new URL(standby.url).port);
    },
    async stop() {
      await Promise.all([kill(first), standby.stop()]);
      await Promise.all([first, second].map((dir) => rm(dir, { recursive: true, force: true, maxRetries: 5 })));
    },
  };
}

const folder = async () => await prepareFolder(await mkdtemp(join(tmpdir(), 'gatehouse-failover-')));

/** A base backup: the files as they are while the primary notes what changes, and the label that says from where to follow. */
async function copyOf(url: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`select pg_backup_start('standby', fast => true)`);
  await run('cp', ['-a', join(from, 'cluster'), join(from, 'password'), to]);
  const { rows } = await client.query('select labelfile from pg_backup_stop()');
  await client.end();
  const cluster = join(to, 'cluster');
  await rm(join(cluster, 'postmaster.pid'));
  const { hostname: host, port, username: user, password } = new URL(url);
  const followed = Object.entries({ host, port, user, password }).map(([name, value]) => `${name}=${value}`);
  await writeFile(join(cluster, 'backup_label'), rows[0].labelfile);
  await writeFile(join(cluster, 'standby.signal'), '');
  await appendFile(join(cluster, 'postgresql.auto.conf'), `primary_conninfo = '${followed.join(' ')}'\n`);
  for (const name of ['backup_label', 'standby.signal', 'postgresql.auto.conf'])
    await run('chown', [`--reference=${cluster}`, join(cluster, name)]);
}

async function ask(connectionString: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return await client.query(statement).finally(() => client.end());
}

/** As a machine that is gone: nothing is written any more, and nobody is told. What it leaves behind ends by itself. */
async function kill(dir: string): Promise<void> {
  const pid = Number((await readFile(join(dir, 'cluster/postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid || !isRunning(pid)) return;
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => !isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
