import { readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { operatorError } from '../../src/kernel/faults.ts';
import { createCluster, postmasterPort, prepareFolder, startPostmaster, stopPostmaster } from './embedded-binaries.ts';
import { identity, isAlive, readText, withLock } from './embedded-lock.ts';
import { listeners } from './listen.ts';

/**
 * The development database: a real PostgreSQL in a folder of the project, for when DATABASE_URL is unset.
 * `dir` holds `cluster/`, `password`, `log`, `owner` (the process that will stop it) and, for moments, `lock`.
 */
export interface EmbeddedPostgres {
  readonly url: string;
  /** Whether this call started the server; false when it was found running. */
  readonly started: boolean;
  /** Stops the server, unless another process is to stop it or serves on it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dir: string;
  /** false: a power cut loses data. For tests, which throw it away anyway. */
  readonly durable?: boolean;
}

const patience = 30_000;
const volatileSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/** Starts the database, or adopts it where a process that died left it running. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dir = await prepareFolder(options.dir);
  const settings = { max_connections: '200', ...(options.durable === false ? volatileSettings : {}) };
  return await withLock(dir, async () => {
    await ensureCluster(dir);
    const { url, started } = await bringUp(dir, settings);
    await claim(dir);
    return { url, started, stop: async () => await stopUnused(dir) };
  });
}

/** The URL of a running development database: for commands that use one but start none. */
export async function findEmbedded(dir: string): Promise<string | undefined> {
  const real = await realpath(dir).catch(() => undefined);
  const port = real === undefined ? undefined : await postmasterPort(join(real, 'cluster'));
  return real === undefined || port === undefined ? undefined : await urlOf(real, port);
}

async function ensureCluster(dir: string): Promise<void> {
  const names = await readdir(dir);
  await removeLeftovers(dir, names);
  if (!names.includes('cluster')) await createCluster(dir);
}

/** Of processes killed in the middle: what their initdb made so far, and their places in the queue for the lock. */
async function removeLeftovers(dir: string, names: string[]): Promise<void> {
  for (const path of names.map((name) => join(dir, name))) {
    const dead = path.startsWith(join(dir, 'lock.')) && !(await isAlive(await readText(path)));
    const halfMade = path.startsWith(join(dir, 'new-'));
    if (dead || halfMade) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function urlOf(dir: string, port: number, database = 'gatehouse'): Promise<string> {
  const password = await readText(join(dir, 'password'));
  if (password !== undefined) return `postgres://gatehouse:${password}@127.0.0.1:${port}/${database}`;
  throw operatorError(dir, 'the development database has lost its password file: remove the folder to begin anew');
}

/** Looks again after each step: a server found may be just ending, and one started may still be recovering. */
async function bringUp(dir: string, settings: Record<string, string>): Promise<{ url: string; started: boolean }> {
  let started = false;
  for (const until = Date.now() + patience; Date.now() < until; await pause(20)) {
    const port = await postmasterPort(join(dir, 'cluster'));
    if (port === undefined) {
      await startWithRetries(dir, settings);
      started = true;
    } else if (await answers(dir, port)) {
      return { url: await urlOf(dir, port), started };
    }
  }
  throw operatorError(dir, `the development database does not answer: ${await lastWords(dir)}`);
}

/** A port may be taken between choosing and listening, and backends of a killed server take a moment to end. */
async function startWithRetries(dir: string, settings: Record<string, string>): Promise<void> {
  let cause: unknown;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      return await startPostmaster(dir, await freeLoopbackPort(), settings);
    } catch (error) {
      cause = error;
      await pause(100 * 2 ** attempt);
    }
  }
  throw operatorError(dir, `the development database does not start: ${await lastWords(dir)}`, cause);
}

async function lastWords(dir: string): Promise<string> {
  const log = (await readText(join(dir, 'log'))) ?? '';
  return log.split('\n').slice(-4).join(' ') || 'no log was written';
}

/** Whether the database can be used; makes it when the cluster is new. */
async function answers(dir: string, port: number): Promise<boolean> {
  let code = await failureOf(await urlOf(dir, port), 'select 1');
  if (code === '28P01') throw operatorError(join(dir, 'password'), 'is not the password of this development database');
  if (code === '3D000') code = await failureOf(await urlOf(dir, port, 'postgres'), 'create database gatehouse');
  return code === undefined || code === '53300';
}

async function failureOf(connectionString: string, statement: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? 'no answer';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freeLoopbackPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** The server is ours to stop when its owner is dead, or never was. */
async function claim(dir: string): Promise<void> {
  if (await isAlive(await readText(join(dir, 'owner')))) return;
  await writeFile(join(dir, 'owner'), await identity(process.pid));
}

/** A server that came while a command had the database leaves it behind without an owner: whoever ends last stops it. */
async function stopUnused(dir: string): Promise<void> {
  await withLock(dir, async () => {
    const owner = await readText(join(dir, 'owner'));
    if (owner !== (await identity(process.pid)) && (await isAlive(owner))) return;
    await rm(join(dir, 'owner'), { force: true });
    const port = await postmasterPort(join(dir, 'cluster'));
    if (port !== undefined && !(await isServedOn(dir, port))) await stopPostmaster(dir);
  });
}

/** Milliseconds that PostgreSQL may take to see that a connection was closed. */
const LINGER = 1000;

/** Whether a Gatehouse serves on it: each listens there for as long as it lives. */
async function isServedOn(dir: string, port: number): Promise<boolean> {
  for (const until = Date.now() + LINGER; Date.now() < until; await pause(20)) {
    if ((await listeners(await urlOf(dir, port))) === 0) return false;
  }
  return true;
}
