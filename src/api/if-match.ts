import type { Context } from '../http/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';

export const PRECONDITION_REQUIRED = {
  status: 428,
  code: 'precondition_required',
  title: 'Precondition required',
  detail: 'Say which version you have changed: If-Match, with the ETag that came with it.',
} satisfies ProblemMembers;

export const INVALID_IF_MATCH = {
  status: 400,
  code: 'invalid_if_match',
  title: 'Invalid If-Match',
  detail: 'If-Match is an ETag as it came, in its quotation marks, or several with commas between them.',
} satisfies ProblemMembers;

/** A list of entity tags (RFC 9110 §8.8.3). */
const TAGS = /^[ \t]*(?:W\/)?"[!#-~\x80-\xff]*"[ \t]*(?:,[ \t]*(?:W\/)?"[!#-~\x80-\xff]*"[ \t]*)*$/;

/** An int4, as versions are. */
const VERSION = /^[1-9]\d{0,8}$/;

/** The entity tag of a version: strong, for it says it all. */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * The versions that `If-Match` names (RFC 9110 §13.1.1). A weak tag matches none, and neither does a tag that we never
 * gave. `*` names none: it would overwrite whatever another has saved, which is what the header is required for.
 * @throws Problem 428 without, or with `*`; 400 for what is no list of tags
 */
export function versionsOf(ctx: Context): number[] {
  const header = ctx.get('If-Match').trim();
  if (header === '' || header === '*') throw new Problem(PRECONDITION_REQUIRED);
  if (!TAGS.test(header)) throw new Problem(INVALID_IF_MATCH);
  const strong = [...header.matchAll(/(W\/)?"([^"]*)"/g)].filter(([, weak]) => weak === undefined);
  return strong
    .map(([, , tag = '']) => tag)
    .filter((tag) => VERSION.test(tag))
    .map(Number);
}
