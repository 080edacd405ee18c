/** A string, which is a member's name where there is a colon, or a number. Of what is no JSON it takes the square of its length. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|-?\d[\d.eE+-]*/g;

/** The names, other strings and numbers of a JSON text. */
export const tokensOf = (json: string): string[] => json.match(TOKEN) ?? [];

export const isName = (token: string): boolean => token.endsWith(':');

/**
 * `JSON.parse`, with the names that are there: where a name has an escape, V8 may take another for it that it has met in an
 * object before, and reads `"\""` as `\` (nodejs/node#63785).
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value = JSON.parse(text);
  return text.includes('\\') && tokensOf(text).some(hasEscape) ? (namedIn(text) ?? value) : value;
}

/** Undefined for what is nested so deep that it cannot be put together again: nobody takes that anyway. */
function namedIn(text: string): unknown {
  try {
    return named(numbered(text));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const hasEscape = (token: string): boolean => isName(token) && token.includes('\\');

/** JSON whose members are called by their position among all names of the text, so that each is there. */
export interface Numbered {
  readonly value: unknown;
  readonly names: readonly string[];
}

/** @param spelled what stands in the place of a string or number */
export function numbered(json: string, spelled = (token: string): string => token): Numbered {
  const names: string[] = [];
  const text = json.replace(TOKEN, (token) => (isName(token) ? `"${names.push(nameOf(token)) - 1}":` : spelled(token)));
  return { value: JSON.parse(text), names };
}

const nameOf = (token: string): string => JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));

/** The members of an object, by the names that they have. */
export const membersOf = (value: object, names: readonly string[]): [name: string, member: unknown][] =>
  Object.entries(value).map(([at, member]) => [names[Number(at)] ?? at, member]);

function named({ value, names }: Numbered): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => named({ value: one, names }));
  return Object.fromEntries(membersOf(value, names).map(([name, member]) => [name, named({ value: member, names })]));
}
