import { Readable } from 'node:stream';
import { z } from 'zod';
import { type AuditQuery, findEvents, type StoredEvent, typesOf } from '../events/index.ts';
import { firstIdAt } from '../kernel/ids.ts';
import { CSV, csvLine, JSON_LINES } from './audit-lines.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { typesParameter } from './events.ts';
import { pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { text } from './text.ts';

const entrySchema = z
  .strictObject({
    id: z.string(),
    time: z.iso.datetime(),
    type: z.string(),
    actor: z
      .string()
      .nullable()
      .meta({ description: '`user:<id>`, `candidate:<id>`, `client:<client_id>`, `operator:<name>`, `system`' }),
    subject: z.string().nullable(),
    client_id: z.string().nullable(),
    network: z.string().nullable().meta({ description: 'Null where it is not kept, and when they were erased' }),
    correlation_id: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

type Entry = z.infer<typeof entrySchema>;

const filters = {
  actor: text(300).exactOptional(),
  subject: text(300).exactOptional(),
  type: typesParameter.exactOptional(),
  from: z.iso.datetime({ offset: true }).exactOptional(),
  to: z.iso
    .datetime({ offset: true })
    .exactOptional()
    .meta({ description: 'Not what happened at this moment or later' }),
};

/** `/v1/audit`: who did what to whom, and from where, over the log of events. */
export function auditRoutes(parts: ApiParts): Route[] {
  const { db } = parts;
  const cursors = cursorsOf('/v1/audit', parts.masterKeys);
  return [
    route({
      method: 'get',
      path: '/v1/audit',
      group: 'Events',
      summary: 'Who did what to whom',
      description:
        'With `Accept: text/csv`, or `application/x-ndjson` for a line of JSON each, all that is asked for comes at once.',
      access: withScope(parts, 'audit:read'),
      query: z.strictObject({ ...paging, ...filters }),
      answer: {
        status: 200,
        description: 'The newest first',
        schema: pageSchema(entrySchema),
        streams: { [CSV]: 'The same members, a line each', [JSON_LINES]: 'An entry a line' },
      },
      problems: [INVALID_CURSOR],
      async handle({ ctx, query: { limit, cursor, ...asked } }) {
        const after = cursors.open(cursor, asked);
        const query = { ...queryOf(asked), before: after === undefined ? undefined : Number(after) };
        const type = ctx.accepts('application/json', CSV, JSON_LINES);
        if (type === CSV || type === JSON_LINES) {
          ctx.type = type;
          const lineOf = type === CSV ? csvLine : (entry: Entry) => `${JSON.stringify(entry)}\n`;
          return Readable.from(linesOf(parts, query, type === CSV ? COLUMNS : undefined, lineOf));
        }
        const found = await findEvents(db, { ...query, limit: limit + 1 });
        const page = found.slice(0, limit);
        const next = found.length > limit ? String(page.at(-1)?.position) : undefined;
        return { items: page.map(told), next_cursor: cursors.seal(next, asked) };
      },
    }),
  ];
}

const COLUMNS = `${Object.keys(entrySchema.shape).join(',')}\n`;
const BATCH = 500;

async function* linesOf(
  { db }: ApiParts,
  query: Omit<AuditQuery, 'limit'>,
  head: string | undefined,
  lineOf: (entry: Entry) => string,
): AsyncGenerator<string> {
  if (head) yield head;
  for (let { before } = query, found = BATCH; found === BATCH; ) {
    const events = await findEvents(db, { ...query, before, limit: BATCH });
    if (events.length > 0) yield events.map((event) => lineOf(told(event))).join('');
    before = events.at(-1)?.position;
    found = events.length;
  }
}

type Asked = { readonly [Name in keyof typeof filters]?: z.output<(typeof filters)[Name]> | undefined };

function queryOf({ actor, subject, type, from, to }: Asked): Omit<AuditQuery, 'limit' | 'before'> {
  const idAt = (moment: string | undefined) => (moment === undefined ? undefined : firstIdAt(new Date(moment)));
  return { actor, subject, types: typesOf(type), fromId: idAt(from), beforeId: idAt(to) };
}

function told({ id, time, type, actor, subject, clientId, network, correlationId, data }: StoredEvent): Entry {
  return {
    ...{ id, time: time.toISOString(), type, actor: actor ?? null, subject: subject ?? null },
    ...{ client_id: clientId ?? null, network: network ?? null, correlation_id: correlationId ?? null, data },
  };
}
