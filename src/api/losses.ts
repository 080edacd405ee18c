import type { SentJson } from '../http/index.ts';
import type { ProblemDetail } from '../kernel/problem.ts';
import { MOST_TOLD, type Path, pathOf } from './validate.ts';

/** A string, which is a member's name where there is a colon, or a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|-?\d[\d.eE+-]*/g;

const isName = (token: string): boolean => token.endsWith(':');

/**
 * What `JSON.parse` has left out or made something else of, each at its place: members that share a name, of which it takes
 * the last, and numbers that a double cannot hold. The value may not be nested without end.
 */
export function lossesOf({ text, value }: SentJson): ProblemDetail[] {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.every(isHeld) && tokens.filter(isName).length === membersOf(value)) return [];
  return lossesIn(JSON.parse(marked(text)))
    .take(MOST_TOLD)
    .toArray();
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce((sum: number, one) => sum + membersOf(one), Array.isArray(value) ? 0 : inner.length);
}

/** The same with a number before each name, so that none is lost, and with infinity for what a double cannot hold. */
function marked(text: string): string {
  let names = 0;
  return text.replace(TOKEN, (token) => {
    if (isName(token)) return `"${++names}:${token.slice(1)}`;
    return isHeld(token) ? token : '1e999';
  });
}

const MARK = /^\d+:/;

function* lossesIn(value: unknown, path: Path = []): Generator<ProblemDetail> {
  if (value === Number.POSITIVE_INFINITY) {
    yield { path: pathOf(path), message: 'must be a number that a double can hold' };
  } else if (Array.isArray(value)) for (const [at, one] of value.entries()) yield* lossesIn(one, [...path, at]);
  else if (typeof value === 'object' && value !== null) yield* lossesOfMembers(value, path);
}

/** Where members share a name nothing below them is looked at: what is lost may be nested as deep as it likes. */
function* lossesOfMembers(value: object, path: Path): Generator<ProblemDetail> {
  const members = Object.entries(value).map(([marked, member]) => [marked.replace(MARK, ''), member] as const);
  const seen = new Set<string>();
  const again = members.filter(([name]) => seen.size === seen.add(name).size);
  for (const [name] of again) yield { path: pathOf([...path, name]), message: 'must be there once' };
  if (again.length === 0) for (const [name, member] of members) yield* lossesIn(member, [...path, name]);
}

/** Shorter ones all are. */
const LONG_NUMBER = /[\d.]{16}|e[+-]?\d{3}/i;

/** Whether it is written out again as the same: `1.10` is 1.1. Strings are. */
const isHeld = (token: string): boolean =>
  token.startsWith('"') || !LONG_NUMBER.test(token) || isSame(token, String(Number(token)));

const isSame = (number: string, other: string): boolean => number === other || decimalOf(number) === decimalOf(other);

/** Its digits without the zeros around them, and the power of ten: the same for every spelling of a number. */
function decimalOf(number: string): string {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  // Looked for at the beginning of zeros alone: else many of them, and something after them, would take their square.
  const significant = digits.replace(/(?<!0)0+$/, '');
  return significant && `${significant}e${Number(power) - fraction.length + digits.length - significant.length}`;
}
