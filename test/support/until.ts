import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until there is something to see; what it saw. Rejects, naming `what`, when that takes too long. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patience = 10_000,
): Promise<Exclude<T, undefined | false>> {
  for (const end = Date.now() + patience; ; await pause(20)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (Date.now() > end) throw new Error(`waited ${patience} ms in vain: ${what}`);
  }
}
