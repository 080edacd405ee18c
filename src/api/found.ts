import { NOT_FOUND, Problem } from '../kernel/problem.ts';

/** What was found. @throws Problem 404 where nothing was. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Problem(NOT_FOUND);
  return value;
}

/** @throws Problem 404 where nothing was there. */
export function found(was: boolean): void {
  if (!was) throw new Problem(NOT_FOUND);
}
