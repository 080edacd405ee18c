import { argon2TooCostly } from './foreign-hashes.ts';

/** Of Argon2id; it has one lane. */
export interface HashParameters {
  readonly memoryKib: number;
  readonly passes: number;
}

/** Implementations differ in the order of the parameters. */
const ARGON2ID = /^\$argon2id\$v=19\$(?=[^$]*m=(\d+))(?=[^$]*t=(\d+))/;

/**
 * What to replace a hash with: undefined where it is Argon2id of no less than is set in any parameter. What it has more of
 * stays, unless checking it took too long together with what is set. Lanes are no strength, and neither kept nor asked for.
 */
export function strongerThan(hash: string, set: HashParameters): HashParameters | undefined {
  const [, memory, passes] = ARGON2ID.exec(hash)?.map(Number) ?? [];
  if (memory === undefined || passes === undefined) return set;
  const most = { memoryKib: Math.max(memory, set.memoryKib), passes: Math.max(passes, set.passes) };
  if (most.memoryKib === memory && most.passes === passes) return undefined;
  return argon2TooCostly(most.memoryKib, most.passes) ? set : most;
}
