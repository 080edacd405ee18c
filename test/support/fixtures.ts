import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEmbedded, startEmbedded } from '../../adapters/postgres/embedded.ts';
import { migrate } from '../../adapters/postgres/migrate.ts';
import { createDatabase } from '../../adapters/postgres/pool.ts';
import { migrations } from '../../migrations/index.ts';
import { administer, templateName, urlFor } from './postgres.ts';

/**
 * One throwaway PostgreSQL for the whole run. Mocha calls these in its main process, before it forks workers and
 * after they have ended; the workers learn the server's URL from their environment. A server named beforehand in
 * GATEHOUSE_TEST_DATABASE is used as it is, and keeps running.
 */

const prefix = join(tmpdir(), 'gatehouse-test-');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let release: (() => Promise<void>) | undefined;

/** Workers and the processes of tests all load the same files: once compiled is enough. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/gatehouse-test', import.meta.url));

export async function mochaGlobalSetup(): Promise<void> {
  process.env['NODE_COMPILE_CACHE'] ??= COMPILED;
  if (process.env['GATEHOUSE_TEST_DATABASE'] === undefined) {
    await removeAbandoned();
    for (const signal of signals) process.on(signal, interrupted);
    release = await startCluster();
  }
  await prepareTemplate();
}

export async function mochaGlobalTeardown(): Promise<void> {
  const last = release;
  release = undefined;
  await last?.();
  for (const signal of signals) process.removeListener(signal, interrupted);
}

/** Starts a server for tests, that of the run or one beside it, and names it in the environment. @returns what stops it */
export async function startCluster(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(`${prefix}${process.pid}-`);
  const remove = () => rm(dir, { recursive: true, force: true });
  release ??= remove;
  const server = await startEmbedded({ dir, durable: false });
  process.env['GATEHOUSE_TEST_DATABASE'] = server.url;
  return async () => {
    await server.stop();
    await remove();
    if (process.env['GATEHOUSE_TEST_DATABASE'] === server.url) delete process.env['GATEHOUSE_TEST_DATABASE'];
  };
}

export async function prepareTemplate(): Promise<void> {
  await administer(`drop database if exists ${templateName} with (force)`);
  await administer(`create database ${templateName} template template0`);
  const db = createDatabase(urlFor(templateName), { max: 1 });
  try {
    await migrate(db, migrations);
  } finally {
    await db.destroy();
  }
}

/** Ctrl-C. Mocha's own handler ends the workers and then sends the signal once more, which must not end us early. */
function interrupted(signal: NodeJS.Signals): void {
  if (release === undefined) return;
  void mochaGlobalTeardown().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
}

/** A run that was killed outright could not clean up; its number is in the folder's name. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const dir = join(tmpdir(), name);
    const pid = dir.startsWith(prefix) ? Number.parseInt(dir.slice(prefix.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    if ((await findEmbedded(dir)) !== undefined) await (await startEmbedded({ dir, durable: false })).stop();
    await rm(dir, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
