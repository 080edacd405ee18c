import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { operatorError } from '../../src/kernel/faults.ts';
import { randomToken } from '../../src/kernel/ids.ts';

/**
 * Of the processes that share a development database one acts at a time, and each knows which of the others live. Files
 * do for that: all of them see the same folder, and what a killed process leaves behind names nobody who lives.
 */

/** Milliseconds: twice what whoever holds the lock may take to bring the database up. */
const PATIENCE = 60_000;

/** Runs `work` while no other process does. The lock of one that died is taken over. */
export async function withLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dir, 'lock');
  const ticket = `${lock}.${randomToken(6)}`;
  await writeFile(ticket, await identity(process.pid));
  try {
    await takeLock(lock, ticket);
    return await work().finally(() => rm(lock, { force: true }));
  } finally {
    await rm(ticket, { force: true });
  }
}

/** `link` makes the lock and its content appear at once; an empty lock would look like a dead one's. */
async function takeLock(lock: string, ticket: string): Promise<void> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await pause(10)) {
    if (await linked(ticket, lock)) return;
    const holder = await readText(lock);
    if (holder === undefined || (await isAlive(holder))) continue;
    const aside = `${ticket}.dead`;
    await rename(lock, aside).catch(() => undefined);
    // Between looking and renaming, another may have cleared the dead lock and taken a new one: give it back.
    if ((await readText(aside)) !== holder) await linked(aside, lock);
    await rm(aside, { force: true });
  }
  throw operatorError(lock, `is held by process ${await readText(lock)}, which does not let go of it`);
}

async function linked(from: string, to: string): Promise<boolean> {
  return await link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST' || error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Whether the process of this identity lives. */
export async function isAlive(who: string | undefined): Promise<boolean> {
  return who !== undefined && who !== '' && who === (await identity(Number.parseInt(who, 10)));
}

/** A process's number and, where the system tells, its time of birth: numbers come again, in containers at once. */
export async function identity(pid: number): Promise<string> {
  const stat = await readText(`/proc/${pid}/stat`);
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : `${pid} ${fields[19]}`;
  }
  try {
    process.kill(pid, 0);
    return process.platform === 'linux' ? '' : `${pid}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? `${pid}` : '';
  }
}

export async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}
