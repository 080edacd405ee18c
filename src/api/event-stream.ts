import { Readable } from 'node:stream';
import { cloudEventOf, type EventLog } from '../events/index.ts';
import type { Context } from '../http/index.ts';

export const EVENT_STREAM = 'text/event-stream';

/** Whether a caller asks for server-sent events rather than JSON. */
export const wantsStream = (ctx: Context): boolean => ctx.accepts('application/json', EVENT_STREAM) === EVENT_STREAM;

interface Following {
  readonly log: EventLog;
  readonly issuer: string;
  readonly from: number;
  readonly types: readonly string[] | undefined;
  readonly cursorAt: (position: number) => string;
}

/** Milliseconds between two signs of life, and that a stream lasts: whoever may no longer read is let in no more then. */
const [ALIVE, LAST] = [15_000, 300_000];
const BATCH = 100;

/** Events as they come (HTML Living Standard, Server-sent events), until the caller goes, or has to come back. */
export function streamOf(ctx: Context, following: Following): Readable {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  ctx.type = EVENT_STREAM;
  ctx.set('Cache-Control', 'no-store');
  // nginx would collect them first.
  ctx.set('X-Accel-Buffering', 'no');
  return Readable.from(follow(following, gone.signal));
}

async function* follow({ log, issuer, from, types, cursorAt }: Following, gone: AbortSignal): AsyncGenerator<string> {
  yield 'retry: 1000\n\n';
  const end = Date.now() + LAST;
  for (let after = from; !gone.aborted && !log.released.aborted && Date.now() < end; ) {
    const { events, next, more } = await log.read({ after, types, limit: BATCH });
    for (const event of events) {
      const data = JSON.stringify(cloudEventOf(event, issuer));
      yield `id: ${cursorAt(event.position)}\nevent: ${event.type}\ndata: ${data}\n\n`;
    }
    after = next;
    if (more) continue;
    await log.grown(after, ALIVE, gone);
    if (log.whole() <= after) yield ': still here\n\n';
  }
}
