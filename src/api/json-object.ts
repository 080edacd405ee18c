import { z } from 'zod';
import type { JsonObject } from '../candidates/index.ts';
import { MOST_TOLD, type Path } from './validate.ts';

/** Deeper than anybody nests on purpose, and no trouble for whoever reads it. */
const DEEPEST = 64;

/**
 * A JSON object of anybody's making. What could not be stored as it was sent is refused, at its place: NUL and lone surrogates;
 * what is lost while it is read is known to `losses.ts`.
 */
export const jsonObject = (description: string, example: JsonObject): z.ZodType<JsonObject> =>
  z
    .any()
    .superRefine((value, context) => {
      if (!isObject(value)) context.addIssue({ code: 'custom', message: 'must be an object' });
      for (const { path, message } of faultsOf(value).take(MOST_TOLD)) {
        context.addIssue({ code: 'custom', path: [...path], message });
      }
    })
    .meta({ override: { type: 'object', additionalProperties: true, description, examples: [example] } });

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** The first fault of each branch; nothing below what is too deep is looked at. */
function* faultsOf(value: unknown, path: Path = []): Generator<Fault> {
  const message = wrongWith(value, path.length);
  if (message) yield { path, message };
  else if (Array.isArray(value)) for (const [at, member] of value.entries()) yield* faultsOf(member, [...path, at]);
  else if (isObject(value)) yield* faultsOfMembers(value as JsonObject, path);
}

function* faultsOfMembers(value: JsonObject, path: Path): Generator<Fault> {
  for (const [name, member] of Object.entries(value)) {
    const message = wrongWith(name, 0);
    if (message) yield { path, message: `its members’ names ${message}` };
    else yield* faultsOf(member, [...path, name]);
  }
}

function wrongWith(value: unknown, depth: number): string | undefined {
  if (depth > DEEPEST) return `must nest at most ${DEEPEST} deep`;
  if (typeof value !== 'string') return undefined;
  if (value.includes('\0')) return 'must hold no NUL';
  return value.isWellFormed() ? undefined : 'must hold no lone surrogate';
}
