import { readdir, readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** Of nice(2): about a tenth of a core where something else wants all of it. */
const BEHIND = 10;
const THREADS = '/proc/self/task';

/**
 * Puts the threads that hash behind everything else: hashing takes every core for as long as passwords come in, and a
 * request for a token must not wait for its turn among them (R12). They are the threads of libuv's pool, so what else is
 * done there, looking up names for one, comes behind as well.
 *
 * Linux alone has priorities by thread; elsewhere nothing happens. To be called when the pool is running.
 * @returns how many threads were found
 */
export async function hashBehind(): Promise<number> {
  const threads = await readdir(THREADS).catch(() => []);
  const names = await Promise.all(threads.map((thread) => nameOf(thread)));
  const pool = threads.filter((_, at) => names[at] === 'libuv-worker');
  for (const thread of pool) setPriority(Number(thread), BEHIND);
  return pool.length;
}

/** A thread may end while its name is read. */
const nameOf = (thread: string): Promise<string> =>
  readFile(`${THREADS}/${thread}/comm`, 'utf8').then(
    (name) => name.trim(),
    () => '',
  );
