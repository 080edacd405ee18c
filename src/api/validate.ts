import type { z } from 'zod';
import type { ProblemDetail } from '../kernel/problem.ts';

/** Where in a body: names of members, and positions in lists. */
export type Path = readonly PropertyKey[];

/** Faults that are told of a body of anybody's making: as many as it has room for, with their places, would be no end. */
export const MOST_TOLD = 20;

/** What a schema found wrong, each at its place. The value itself is never repeated. */
export function detailsOf({ issues }: z.ZodError): ProblemDetail[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: pathOf(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not a known member' }));
  });
}

/** zod's own messages speak of input, these of what to send. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'is required' : `must be ${KINDS[String(issue.expected)] ?? issue.expected}`;
  }
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
  return undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

const unitOf = (origin: string) => (origin === 'string' ? ' characters long' : '');

/** Of a name that goes on and on its beginning: it is told as often as something is wrong there. */
export const pathOf = (path: Path): string => path.map(String).join('.').slice(0, LONGEST_PATH);

const LONGEST_PATH = 500;
