import { z } from 'zod';
import type { Report } from './document.ts';
import { check } from './problems.ts';

const DAY = 24 * 3600;
const YEAR = 365 * DAY;

/** How often what is no signing key changes, in seconds. */
export interface Rotation {
  /** Derived from the master key, where COOKIE_KEYS is unset. */
  readonly cookieKeys: number;
  /** Of pairwise subjects: for people who come from then on. */
  readonly pairwiseSalts: number;
}

const cookieKeys = section(
  z
    .int()
    .min(DAY)
    .max(YEAR)
    .default(30 * DAY),
);
const pairwiseSalts = section(
  z
    .int()
    .min(30 * DAY)
    .max(10 * YEAR)
    .default(YEAR),
);

/** The sections `cookie_keys` and `pairwise_salts`; what is left out has its default. */
export function readRotation(file: Readonly<Record<string, unknown>>, report: Report): Rotation {
  return {
    cookieKeys: readSection(cookieKeys, 'cookie_keys', file, report),
    pairwiseSalts: readSection(pairwiseSalts, 'pairwise_salts', file, report),
  };
}

type Section = ReturnType<typeof section>;

function section(rotate_every: z.ZodDefault<z.ZodInt>) {
  return z.strictObject({ rotate_every });
}

function readSection(schema: Section, name: string, file: Readonly<Record<string, unknown>>, report: Report): number {
  const result = check(schema, file[name] ?? {});
  if ('data' in result) return result.data.rotate_every;
  for (const { path, problem } of result.problems) report([name, ...path], problem);
  return schema.parse({}).rotate_every;
}
