import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { createDatabase } from '../../adapters/postgres/index.ts';
import { urlFor } from '../support/postgres.ts';

const run = promisify(execFile);

/** The machine's cores in two halves. */
export interface Halves {
  /** For what is measured. */
  readonly measured: string;
  /** For the load, and for the database. */
  readonly rest: string;
}

/** Undefined where there are no two cores, or no way to keep to one of them (`taskset`, on Linux). */
export async function halves(): Promise<Halves | undefined> {
  const cores = availableParallelism();
  const half = Math.floor(cores / 2);
  const able = await run('taskset', ['--version']).then(
    () => true,
    () => false,
  );
  return half > 0 && able ? { measured: `0-${half - 1}`, rest: `${half}-${cores - 1}` } : undefined;
}

/** For `fork`: a program that runs on these cores alone. */
export const on = (cores: string | undefined) =>
  cores ? { execPath: 'taskset', execArgv: ['-c', cores, process.execPath] } : {};

/** Moves this process and the database to these cores while `work` is done. */
export async function movedTo<Result>(cores: string | undefined, work: () => Promise<Result>): Promise<Result> {
  if (!cores) return work();
  await move(cores);
  return work().finally(() => move(`0-${availableParallelism() - 1}`));
}

async function move(cores: string): Promise<void> {
  const pids = [String(process.pid), await postmaster()];
  for (const pid of pids) await run('taskset', ['-a', '-c', '-p', cores, pid]);
}

/** The connections that are opened from now on run where their parent does. */
async function postmaster(): Promise<string> {
  const db = createDatabase(urlFor('postgres'), { max: 1 });
  try {
    const { rows } = await db.raw('show data_directory');
    const [pid = ''] = (await readFile(`${rows[0].data_directory}/postmaster.pid`, 'utf8')).split('\n');
    return pid;
  } finally {
    await db.destroy();
  }
}
