import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { eventTypes } from '../../../src/events/catalogue/index.ts';

/** By type and member what it may be; a member that may be left out has a `?`. Lines are added to it, and none is changed. */
type Shapes = Readonly<Record<string, Readonly<Record<string, string>>>>;

const PROMISED = new URL('./shapes.json', import.meta.url);

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Kinds and values, each in the order of the alphabet: `null | string`, `"mail" | "operator"`. */
function kindOf({ type = [], enum: values, items, anyOf }: Schema): string {
  if (anyOf) return anyOf.map(kindOf).sort().join(' | ');
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (items) return `[${kindOf(items)}]`;
  return [type].flat().sort().join(' | ');
}

function shapes(): Shapes {
  return Object.fromEntries(
    eventTypes.map(([type, { data }]) => {
      const { properties = {}, required = [] } = z.toJSONSchema(data) as {
        properties?: Record<string, Schema>;
        required?: readonly string[];
      };
      const members = Object.entries(properties).map(([name, schema]) => [
        name,
        `${kindOf(schema)}${required.includes(name) ? '' : '?'}`,
      ]);
      return [type, Object.fromEntries(members)];
    }),
  );
}

/** Whether whoever has read the one can read the other: it is the same, or values were added to a list of some. */
function grows(before: string, now: string | undefined): boolean {
  if (now === undefined || !before.includes('"')) return before === now;
  const [old, fresh] = [before, now].map((kind) => new Set(kind.match(/"[^"]*"/g)));
  const bare = (kind: string) => kind.replaceAll(/"[^"]*"( \| )?/g, '');
  return bare(before) === bare(now) && [...(old ?? [])].every((value) => fresh?.has(value));
}

describe('the shape of an event', () => {
  it('only grows within a version', async () => {
    const promised = JSON.parse(await readFile(PROMISED, 'utf8')) as Shapes;
    const now = shapes();
    const broken = Object.entries(promised).flatMap(([type, members]) =>
      Object.entries(members)
        .filter(([name, kind]) => !grows(kind, now[type]?.[name]))
        .map(([name, kind]) => `${type} ${name} was ${kind}, and is ${now[type]?.[name]}: that is another version`),
    );
    assert.deepEqual(broken, []);
    const unpromised = Object.entries(now).flatMap(([type, members]) =>
      Object.entries(members)
        .filter(([name, kind]) => promised[type]?.[name] !== kind)
        .map(([name, kind]) => `${type} ${name} is new, or has grown: from now on it is promised as ${kind}`),
    );
    assert.deepEqual(unpromised, [], 'write it down in shapes.json');
  });

  it('may have a member or a value more, and nothing less or else', () => {
    for (const [before, now] of [
      ['string', 'string'],
      ['"a" | "b"', '"a" | "b" | "c"'],
      ['["a"]', '["a" | "b"]'],
    ] as const)
      assert.ok(grows(before, now), `${before} → ${now}`);
    for (const [before, now] of [
      ['string', undefined],
      ['string', 'null | string'],
      ['string', 'string?'],
      ['"a" | "b"', '"a"'],
      ['"a"', 'string'],
      ['"a"', '["a"]'],
    ] as const)
      assert.ok(!grows(before, now), `${before} → ${now}`);
  });
});
