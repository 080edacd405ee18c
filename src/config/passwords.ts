import { z } from 'zod';
import type { Report } from './document.ts';
import { check } from './problems.ts';
import type { Config } from './types.ts';

/** OWASP's figure for Argon2id with one lane is the default, and the least. The most takes a second of a core. */
const schema = z.strictObject({
  memory_kib: z.int().min(19_456).max(262_144).default(19_456),
  passes: z.int().min(2).max(4).default(2),
});

/** The section `password_hashing`; a member that is left out, or all of them, has its default. */
export function readPasswordHashing(section: unknown, report: Report): Config['passwordHashing'] {
  const result = check(schema, section ?? {});
  if ('problems' in result) {
    for (const { path, problem } of result.problems) report(['password_hashing', ...path], problem);
    return readPasswordHashing({}, report);
  }
  return { memoryKib: result.data.memory_kib, passes: result.data.passes };
}
