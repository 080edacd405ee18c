import { z } from 'zod';
import {
  type DeadLetter,
  dropDeadLetters,
  listDeadLetters,
  listSinks,
  replay,
  retryDeadLetters,
  type SinkState,
} from '../events/index.ts';
import { NOT_FOUND, Problem, type ProblemMembers } from '../kernel/problem.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { found } from './found.ts';
import { pageOf, pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { text } from './text.ts';

const time = z.iso.datetime();

const sinkSchema = z
  .strictObject({
    name: z.string(),
    state: z.enum(['ok', 'failing']),
    position: z.number().meta({ description: 'Behind which it goes on; `sequence` of an event is its position' }),
    last_error: z.string().nullable().meta({ description: 'Stays when the sink is well again' }),
    failing_since: time.nullable(),
    delivered_at: time.nullable(),
    relayed: z.boolean().meta({ description: 'Whether a node delivers to it now' }),
  })
  .meta({ id: 'EventSink' });

const letterSchema = z
  .strictObject({
    sink: z.string(),
    event_id: z.string(),
    position: z.number(),
    type: z.string().nullable().meta({ description: 'Null where the event is no longer kept' }),
    subject: z.string().nullable(),
    attempts: z.number(),
    first_failed_at: time,
    last_error: z.string(),
  })
  .meta({ id: 'DeadLetter' });

const NOT_KEPT = {
  status: 409,
  code: 'not_kept',
  title: 'No longer kept',
  detail: 'Some of these events are no longer kept. The sink goes on from where it was.',
} satisfies ProblemMembers;

const AHEAD = {
  status: 409,
  code: 'ahead',
  title: 'Ahead of the log',
  detail: 'There is no event at this position yet. The sink goes on from where it was.',
} satisfies ProblemMembers;

const REPLAY_PROBLEMS = { no_sink: NOT_FOUND, not_kept: NOT_KEPT, ahead: AHEAD };

const ofLetter = z.object({ sink: text(100), event_id: z.guid() });

/** `/v1/event-sinks` and `/v1/dead-letters`: how deliveries go, and what to do where they don't. */
export function eventSinkRoutes(parts: ApiParts): Route[] {
  const { db, log } = parts;
  const access = withScope(parts, 'events:write');
  return [
    route({
      method: 'get',
      path: '/v1/event-sinks',
      group: 'Events',
      summary: 'Where events are delivered to, and how that goes',
      access,
      answer: { status: 200, description: 'By name', schema: z.strictObject({ items: z.array(sinkSchema) }) },
      handle: async () => ({ items: (await listSinks(db)).map(toldSink) }),
    }),
    route({
      method: 'post',
      path: '/v1/event-sinks/{name}/replay',
      group: 'Events',
      summary: 'Deliver again',
      description: 'Events that the sink has had come again under their ids, and then what it has not had.',
      access,
      params: z.object({ name: text(100) }),
      body: z.union([
        z.strictObject({ position: z.int().min(0).meta({ description: 'Behind this one' }) }),
        z.strictObject({ since: z.iso.datetime({ offset: true }) }),
      ]),
      answer: { status: 200, description: 'From where on', schema: z.strictObject({ position: z.number() }) },
      problems: [NOT_KEPT, AHEAD],
      async handle({ params: { name }, body }) {
        const from = 'since' in body ? { since: new Date(body.since) } : body;
        const replayed = await replay({ db, log }, name, from);
        if ('problem' in replayed) throw new Problem(REPLAY_PROBLEMS[replayed.problem]);
        return replayed;
      },
    }),
    listLetters(parts),
    route({
      method: 'post',
      path: '/v1/dead-letters/{sink}/{event_id}/retry',
      group: 'Events',
      summary: 'Try one again',
      access,
      params: ofLetter,
      answer: { status: 204, description: 'It is tried again now' },
      handle: async ({ params: { sink, event_id } }) => found((await retryDeadLetters(db, sink, event_id)) > 0),
    }),
    route({
      method: 'delete',
      path: '/v1/dead-letters/{sink}/{event_id}',
      group: 'Events',
      summary: 'Leave one undelivered',
      description: 'Where its subject waits for it, that goes on without it.',
      access,
      params: ofLetter,
      answer: { status: 204, description: 'It is not tried any more' },
      handle: async ({ params: { sink, event_id } }) => found((await dropDeadLetters(db, sink, event_id)) > 0),
    }),
  ];
}

function listLetters(parts: ApiParts): Route {
  const cursors = cursorsOf('/v1/dead-letters', parts.masterKeys);
  return route({
    method: 'get',
    path: '/v1/dead-letters',
    group: 'Events',
    summary: 'Events that a sink has not taken, and that were given up',
    access: withScope(parts, 'events:write'),
    query: z.strictObject({ ...paging, sink: text(100).exactOptional() }),
    answer: { status: 200, description: 'The oldest first', schema: pageSchema(letterSchema) },
    problems: [INVALID_CURSOR],
    async handle({ query: { limit, cursor, sink } }) {
      const after = cursors.open(cursor, { sink });
      // Several sinks may have given up one event: a page ends behind one of them, and not in between.
      const letters = await listDeadLetters(parts.db, {
        sink,
        after: Number(after?.split(' ')[0] ?? 0) - 1,
        limit: 1000,
      });
      const { items, next } = pageOf(letters, keyOf, { after, limit });
      return { items: items.map(toldLetter), next_cursor: cursors.seal(next, { sink }) };
    },
  });
}

const keyOf = ({ position, sink }: DeadLetter): string => `${String(position).padStart(16, '0')} ${sink}`;

function toldSink(sink: SinkState): z.infer<typeof sinkSchema> {
  const { name, state, position, lastError, failingSince, deliveredAt, leasedBy } = sink;
  return {
    name,
    state,
    position,
    last_error: lastError ?? null,
    failing_since: failingSince?.toISOString() ?? null,
    delivered_at: deliveredAt?.toISOString() ?? null,
    relayed: leasedBy !== undefined,
  };
}

function toldLetter(letter: DeadLetter): z.infer<typeof letterSchema> {
  const { sink, eventId, position, type, subject, attempts, firstFailedAt, lastError } = letter;
  return {
    ...{ sink, event_id: eventId, position, type: type ?? null, subject: subject ?? null, attempts },
    first_failed_at: firstFailedAt.toISOString(),
    last_error: lastError,
  };
}
