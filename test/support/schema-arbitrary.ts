import fc from 'fast-check';

/** As much of JSON Schema as the document has. Without references: they are resolved. */
interface Schema {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly examples?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

type Any = fc.Arbitrary<unknown>;

/** Values that a schema takes; but for patterns, which not every string of these will fit. */
export function fitting(schema: Schema): Any {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => fitting({ ...schema, type })));
  return (BY_TYPE[String(schema.type)] ?? anything)(schema);
}

const BY_TYPE: Readonly<Record<string, (schema: Schema) => Any>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: ({ minimum = -5, maximum = 2 ** 31 }) => fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) }),
  number: ({ minimum = -5, maximum = 5 }) => fc.double({ min: minimum, max: maximum, noNaN: true }),
  string: fittingString,
  array: ({ items = {} }) => fc.array(fitting(items), { maxLength: 4 }),
  object: fittingObject,
};

function fittingString({ format, examples, minLength = 0, maxLength = 40 }: Schema): Any {
  if (examples) return fc.constantFrom(...examples);
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 40) });
}

function fittingObject({ properties = {}, required = [], additionalProperties }: Schema): Any {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema)]));
  const declared = fc.record(members, { requiredKeys: [...required] });
  if (additionalProperties !== true) return declared;
  return fc.tuple(declared, fc.dictionary(fc.string(), fc.jsonValue())).map(([own, more]) => ({ ...more, ...own }));
}

/** What breaks programs. */
const ODD = fc.constantFrom<unknown>(
  ...['', '\0', '\ud800', "' or 1=1 --", '__proto__', '../..', '%00', '\u202e', 'x'.repeat(5000)],
  ...[-1, 0, 1e12, 1e308, 0.1, Number.MAX_SAFE_INTEGER, null, true, [], {}, [[[[]]]]],
);

const anything = (): Any => fc.oneof(ODD, fc.jsonValue());

/** Values that a schema takes, and such as it should not: another value altogether, a member of one, or one too many. */
export function aboutFitting(schema: Schema): Any {
  const fits = fitting(schema);
  const names = Object.keys(schema.properties ?? {});
  const odd = fc.tuple(fits, fc.constantFrom(...names, 'another', '__proto__', 'id'), anything());
  return fc.oneof(
    { arbitrary: fits, weight: 8 },
    { arbitrary: odd.map(([value, name, member]) => withMember(value, name, member)), weight: 2 },
    { arbitrary: anything(), weight: 1 },
  );
}

function withMember(value: unknown, name: string, member: unknown): unknown {
  if (typeof value !== 'object' || value === null) return member;
  return Object.fromEntries([...Object.entries(value), [name, member]]);
}
