import type { z } from 'zod';
import type { Path } from './document.ts';

/** One thing wrong with a declared value, with its place inside that value. */
export interface Problem {
  readonly path: Path;
  readonly problem: string;
}

const KINDS: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text (put a number in quotes)',
};

/** The value as the schema has it, or every problem with it, in words for an operator who has a file open. */
export function check<T>(schema: z.ZodType<T>, value: unknown): { data: T } | { problems: Problem[] } {
  const result = schema.safeParse(value, { error: sentence });
  return result.success ? { data: result.data } : { problems: result.error.issues.flatMap(problemsOf) };
}

/** zod's own messages speak of types, these of what to write. They never repeat the value. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected as string] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${(issue.values as unknown[]).join(' or ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

/** An unknown member is told at its own line, not at that of the mapping it is in. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as Path;
  if (issue.code !== 'unrecognized_keys') return [{ path, problem: issue.message }];
  return issue.keys.map((key) => ({
    path: [...path, key],
    problem: 'is not a known member: correct its spelling or remove it',
  }));
}
