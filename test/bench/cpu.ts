import { readFile } from 'node:fs/promises';

/** Ticks of the clock that /proc counts in, a second. */
const TICKS = 100;

/** Microseconds of CPU that a process has had, all its threads; NaN where the system does not tell. */
export async function cpuOf(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}
