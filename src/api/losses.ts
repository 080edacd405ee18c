import type { SentJson } from '../http/index.ts';
import { isName, membersOf, type Numbered, numbered, tokensOf } from '../kernel/json.ts';
import type { ProblemDetail } from '../kernel/problem.ts';
import { MOST_TOLD, type Path, pathOf } from './validate.ts';

/**
 * What `JSON.parse` has left out or made something else of, each at its place: members that share a name, of which it takes
 * the last, and numbers that a double cannot hold. The value may not be nested without end.
 */
export function lossesOf({ text, value }: SentJson): ProblemDetail[] {
  const tokens = tokensOf(text);
  if (tokens.every(isHeld) && tokens.filter(isName).length === countMembers(value)) return [];
  return lossesIn(numbered(text, heldOrInfinite)).take(MOST_TOLD).toArray();
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce((sum: number, one) => sum + countMembers(one), Array.isArray(value) ? 0 : inner.length);
}

const heldOrInfinite = (token: string): string => (isHeld(token) ? token : '1e999');

function* lossesIn({ value, names }: Numbered, path: Path = []): Generator<ProblemDetail> {
  if (value === Number.POSITIVE_INFINITY) {
    yield { path: pathOf(path), message: 'must be a number that a double can hold' };
  } else if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) yield* lossesIn({ value: one, names }, [...path, at]);
  } else if (typeof value === 'object' && value !== null) yield* lossesOfMembers(membersOf(value, names), names, path);
}

/** Where members share a name nothing below them is looked at: what is lost may be nested as deep as it likes. */
function* lossesOfMembers(members: Members, names: readonly string[], path: Path): Generator<ProblemDetail> {
  const seen = new Set<string>();
  const again = members.filter(([name]) => seen.size === seen.add(name).size);
  for (const [name] of again) yield { path: pathOf([...path, name]), message: 'must be there once' };
  if (again.length > 0) return;
  for (const [name, member] of members) yield* lossesIn({ value: member, names }, [...path, name]);
}

type Members = ReturnType<typeof membersOf>;

/** A double holds every shorter one. */
const LONG_NUMBER = /[\d.]{16}|e[+-]?\d{3}/i;

/**
 * Whether it is written out again as the same: `1.10` is 1.1. Strings are. Of a fraction, 17 digits are as good where fewer would
 * do: so many some programs write of any, so that nothing is lost.
 */
function isHeld(token: string): boolean {
  if (token.startsWith('"') || !LONG_NUMBER.test(token)) return true;
  const number = Number(token);
  return isSame(token, String(number)) || (!Number.isInteger(number) && isSame(token, number.toPrecision(17)));
}

const isSame = (number: string, other: string): boolean => number === other || decimalOf(number) === decimalOf(other);

/** Its digits without the zeros around them, and the power of ten: the same for every spelling of a number. */
function decimalOf(number: string): string {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  // Looked for at the beginning of zeros alone: else many of them, and something after them, would take their square.
  const significant = digits.replace(/(?<!0)0+$/, '');
  return significant && `${significant}e${Number(power) - fraction.length + digits.length - significant.length}`;
}
