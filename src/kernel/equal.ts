import { timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same, in a time that says nothing of where they differ. */
export function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
