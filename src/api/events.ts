import { z } from 'zod';
import { cloudEventOf, envelope, isKnownFilter, lastDropped, positionBefore } from '../events/index.ts';
import { firstIdAt } from '../kernel/ids.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { EVENT_STREAM, streamOf, wantsStream } from './event-stream.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';

const CURSOR_AHEAD = {
  status: 400,
  code: 'cursor_ahead',
  title: 'The cursor is ahead of the log',
  detail: 'It was given out by a later state of this database than there is now. Begin anew, or with since.',
} satisfies ProblemMembers;

const CURSOR_EXPIRED = {
  status: 400,
  code: 'cursor_expired',
  title: 'The cursor is too old',
  detail: 'Events that come after it are no longer kept. Begin anew, or with since, and catch up by other means.',
} satisfies ProblemMembers;

/** Longest wait for an event, in seconds. */
const LONGEST = 30;

/** Filters of types, as a query has them: `candidate.*,email.sent.v1`. */
export const typesParameter = z
  .string()
  .transform((text) => text.split(','))
  .refine((types) => types.every(isKnownFilter), 'must be types of the catalogue, or beginnings such as candidate.*')
  .meta({ description: 'Types, comma separated; `candidate.*` means all that begin so' });

const query = z.strictObject({
  after: z.string().exactOptional().meta({ description: 'The next_cursor of the answer before' }),
  since: z.iso
    .datetime({ offset: true })
    .exactOptional()
    .meta({ description: 'Where there is no cursor yet: not what is older' }),
  types: typesParameter.exactOptional(),
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many at once' }),
  wait: z.coerce.number().int().min(0).max(LONGEST).default(0),
});

/** `/v1/events`: what has happened, oldest first, for whoever keeps a cursor. */
export function eventRoutes(parts: ApiParts): Route[] {
  const { issuer, log } = parts;
  const cursors = cursorsOf('/v1/events', parts.masterKeys);
  const cursorAt = (position: number) => cursors.seal(String(position), {}) ?? '';
  return [
    route({
      method: 'get',
      path: '/v1/events',
      group: 'Events',
      summary: 'What has happened, in order',
      description:
        'Each event once, oldest first, and those of one subject in order. Keep `next_cursor` with what you made of the events, and go on from there. With `wait`, an answer without events comes after so many seconds, and one with an event at once. With `Accept: text/event-stream` they come as server-sent events; each has a cursor for its id, and `Last-Event-ID` goes on behind it. A stream ends after five minutes at the latest: come back.',
      access: withScope(parts, 'events:read'),
      query,
      answer: {
        status: 200,
        description: 'The oldest first',
        schema: z.strictObject({ items: z.array(envelope.meta({ id: 'CloudEvent' })), next_cursor: z.string() }),
        streams: { [EVENT_STREAM]: 'Each `data` is a CloudEvent, its `event` the type' },
      },
      problems: [INVALID_CURSOR, CURSOR_AHEAD, CURSOR_EXPIRED],
      async handle({ ctx, query: { after, since, types, limit, wait } }) {
        const stream = wantsStream(ctx);
        const cursor = (stream && ctx.get('Last-Event-ID')) || after;
        const from = await begin(parts, cursors.open(cursor, {}), since);
        if (stream) return streamOf(ctx, { log, issuer, from, types, cursorAt });
        const gone = new AbortController();
        ctx.res.once('close', () => gone.abort());
        const until = Date.now() + wait * 1000;
        let page = await log.read({ after: from, types, limit });
        while (page.events.length === 0 && Date.now() < until && !gone.signal.aborted && !log.released.aborted) {
          await log.grown(page.next, until - Date.now(), gone.signal);
          page = await log.read({ after: page.next, types, limit });
        }
        const items = page.events.map((event) => cloudEventOf(event, issuer));
        return { items, next_cursor: cursorAt(page.next) };
      },
    }),
  ];
}

/** Milliseconds that whoever begins by time waits for transactions that run: they may have what belongs before the first. */
const PATIENCE = 2000;

/** The position to read from. A cursor that another node gave out may be ahead of what this one knows to be whole. */
async function begin({ db, log }: ApiParts, opened: string | undefined, since: string | undefined): Promise<number> {
  if (opened === undefined && since === undefined) return 0;
  if (opened === undefined) {
    const last = await log.settled(PATIENCE);
    return Math.min(last, (await positionBefore(db, firstIdAt(new Date(since ?? 0)))) ?? last);
  }
  const position = Number(opened);
  if (position > (await log.settled(0))) throw new Problem(CURSOR_AHEAD);
  if (position < (await lastDropped(db))) throw new Problem(CURSOR_EXPIRED);
  return position;
}
