/** A name's attributes by which certificates and people write them, where there are several spellings. */
const SAME: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  '2.5.4.5': 'serialnumber',
  '2.5.4.6': 'c',
  '2.5.4.7': 'l',
  '2.5.4.8': 'st',
  '2.5.4.9': 'street',
  '2.5.4.10': 'o',
  '2.5.4.11': 'ou',
  '0.9.2342.19200300.100.1.1': 'uid',
  '0.9.2342.19200300.100.1.25': 'dc',
  '1.2.840.113549.1.9.1': 'emailaddress',
  e: 'emailaddress',
};

/** An attribute and its value, up to the unescaped `,` or `+` that ends it. */
const ATTRIBUTE = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*((?:\\.|[^\\])*)$/su;

/**
 * A distinguished name (RFC 4514), most specific first, in a form that compares: one text for each relative name, its
 * attributes sorted. Values are compared as they are, letter by letter. Undefined for what is none, or has a value in
 * hexadecimal (`#04…`), which no two programs write alike.
 */
export function readDistinguishedName(text: string): readonly string[] | undefined {
  const names = split(text, ',').map((relative) => split(relative, '+').map(readAttribute));
  if (names.flat().includes(undefined)) return undefined;
  return names.map((attributes) => attributes.toSorted().join(' + '));
}

/** At each separator that no backslash stands before. */
function split(text: string, separator: ',' | '+'): string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/\\.|[^\\]|\\$/gsu)) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

function readAttribute(text: string): string | undefined {
  const [, type = '', rest = ''] = ATTRIBUTE.exec(text) ?? [];
  const value = withoutPadding(rest);
  if (type === '' || value === '' || value.startsWith('#')) return undefined;
  const name = type.toLowerCase();
  return `${SAME[name] ?? name}=${JSON.stringify(unescaped(value))}`;
}

/** A space at the end belongs to the value where it is escaped. */
const withoutPadding = (value: string): string => value.replace(/(\\.)?\s*$/su, '$1');

/** `\2C` is a byte of UTF-8, `\,` the sign itself. */
function unescaped(value: string): string {
  return value.replace(/((?:\\[0-9A-Fa-f]{2})+)|\\(.)/gsu, (_, bytes: string | undefined, sign: string) =>
    bytes ? Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8') : sign,
  );
}
