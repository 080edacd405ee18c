import { z } from 'zod';
import type { Description } from './describe.ts';
import { envelope } from './envelope.ts';
import { type EventType, eventTypes } from './index.ts';

/** A file that is made from the catalogue, by its path in the repository. */
export type Documents = ReadonlyMap<string, string>;

/** Everything that is written down of the catalogue: a JSON Schema for each type, AsyncAPI 3, and a page to read. */
export function documents(): Documents {
  const schemas = eventTypes.map(([type, { data }]): [string, string] => [pathOf(type), json(schemaOf(type, data))]);
  return new Map([...schemas, ['docs/events/asyncapi.json', json(asyncApi())], ['docs/events.md', page()]]);
}

const pathOf = (type: EventType) => `docs/events/${type}.schema.json`;
const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

/** Readers are told to expect members they do not know: a version may grow. */
function schemaOf(type: EventType, data: z.ZodObject): Record<string, unknown> {
  const { additionalProperties: _, ...schema } = z.toJSONSchema(data, { io: 'output' });
  return { ...schema, title: type };
}

/** The whole event: the envelope with this type's data in it. */
function messageSchema(type: EventType): Record<string, unknown> {
  const { $schema: _s, additionalProperties: _a, ...schema } = z.toJSONSchema(envelope) as Record<string, unknown>;
  const properties = schema['properties'] as Record<string, unknown>;
  return {
    ...schema,
    properties: { ...properties, type: { const: type }, data: { $ref: `./${type}.schema.json` } },
  };
}

function asyncApi(): Record<string, unknown> {
  const nameOf = (type: EventType) => type.replaceAll(/[^a-z0-9]+(.)/g, (_, next: string) => next.toUpperCase());
  const refs = eventTypes.map(([type]) => ({ $ref: `#/channels/events/messages/${nameOf(type)}` }));
  const messages = eventTypes.map(([type, { summary, usedBy, example }]) => [
    nameOf(type),
    {
      name: type,
      title: type,
      summary,
      description: `For: ${usedBy}`,
      contentType: 'application/cloudevents+json',
      payload: messageSchema(type),
      examples: [{ payload: exampleOf(type, example) }],
    },
  ]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Gatehouse events',
      version: '1.0.0',
      description:
        'Delivered at least once, in order for each subject. A type only grows: leave aside members you do not know.',
    },
    channels: {
      events: { address: null, description: 'The feed, and every sink.', messages: Object.fromEntries(messages) },
    },
    operations: { deliver: { action: 'send', channel: { $ref: '#/channels/events' }, messages: refs } },
  };
}

const AN_EVENT = { id: '019abf6e-1111-7000-8000-000000000001', time: '2026-11-26T09:00:00.000Z', sequence: '4711' };

function exampleOf(type: EventType, data: Record<string, unknown>): z.infer<typeof envelope> {
  const subject = Object.values(data).find((value) => typeof value === 'string');
  const { id, time, sequence } = AN_EVENT;
  const cause = { correlationid: 'a-sign-in', actor: 'user:019abf6e-0c3a-7c1e-9d53-6f0b7a52c001', clientid: 'shop' };
  return envelope.parse({
    ...{ specversion: '1.0', id, source: 'https://id.example.com', type, subject, time },
    ...{ datacontenttype: 'application/json', sequence, ...cause, data },
  });
}

const INTRODUCTION = `# Events

Made from \`src/events/catalogue\` by \`npm run catalogue\`: change it there.

Every change that others care about is written down in the transaction that makes it, and delivered at least once, in order for
each subject, as [CloudEvents 1.0](https://cloudevents.io). An event that comes a second time has the same \`id\`. The
\`data\` of each type has a JSON Schema in [\`docs/events\`](events), and [\`asyncapi.json\`](events/asyncapi.json) tells of
all of them at once. A type only grows within its version: leave aside members that you do not know. No event holds a
password, a token, a code, an address or a name.
`;

function page(): string {
  const [type, { example }] = eventTypes[0] as (typeof eventTypes)[number];
  const sample = `\`\`\`json\n${JSON.stringify(exampleOf(type, example), undefined, 2)}\n\`\`\``;
  return [INTRODUCTION, sample, ...eventTypes.map(section)].join('\n\n').replaceAll('\n\n\n', '\n\n').concat('\n');
}

function section([type, description]: readonly [EventType, Description]): string {
  const { summary, subject, usedBy, data, example } = description;
  const rows = Object.entries(data.shape).map(([name, member]) => `| \`${name}\` | ${words(member as z.ZodType)} |`);
  return [
    `## ${type}`,
    summary,
    ['| member of `data` | |', '|---|---|', ...rows].join('\n'),
    `Subject: the ${subject}. For: ${usedBy}`,
    `\`\`\`json\n${JSON.stringify(example)}\n\`\`\``,
  ].join('\n\n');
}

/** What a member may be, in a few words. */
function words(member: z.ZodType): string {
  const schema = z.toJSONSchema(member) as Schema;
  return [kindOf(schema), schema.description].filter(Boolean).join('. ');
}

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function kindOf({ type, format, enum: values, items, anyOf }: Schema): string {
  if (anyOf) return anyOf.map(kindOf).join(' or ');
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (items) return `list of ${kindOf(items)}`;
  return format ?? type ?? '';
}
