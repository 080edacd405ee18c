import {
  cloudEventOf,
  type EventLog,
  findEvents,
  isKnownFilter,
  type StoredEvent,
  typesOf,
} from '../../events/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { withEvents } from './with-events.ts';

export interface TailOptions {
  readonly follow?: boolean;
  readonly types?: string;
  readonly count: string;
  readonly json?: boolean;
}

/** Milliseconds that what runs just now is waited for, so that it stands where it belongs. */
const PATIENCE = 1000;

/** `events tail`: the last events, the oldest of them first, and then each that comes, until SIGINT or SIGTERM: status 0. */
export async function tail({ follow, types: asked, count, json }: TailOptions): Promise<void> {
  const limit = Number(count);
  if (!Number.isInteger(limit) || limit < 0 || limit > 1000) throw operatorError('--count', 'must be 0 to 1000');
  const filters = asked?.split(',');
  const unknown = filters?.find((filter) => !isKnownFilter(filter));
  if (unknown !== undefined) throw operatorError('--types', `there is no type ${unknown}: see docs/events.md`);
  await withEvents(async ({ db, log, config }) => {
    const show = (event: StoredEvent) =>
      void process.stdout.write(json ? `${JSON.stringify(cloudEventOf(event, config.issuer))}\n` : lineOf(event));
    const last = await log.settled(PATIENCE);
    const nothing = { actor: undefined, subject: undefined, fromId: undefined, beforeId: undefined };
    const past =
      limit === 0 ? [] : await findEvents(db, { ...nothing, types: typesOf(filters), before: last + 1, limit });
    past.reverse().forEach(show);
    if (past.length === 0 && !follow && !json) process.stdout.write('Nothing has happened yet.\n');
    if (follow) await untilSignalled((stop) => followFrom(log, { after: last, filters, show, stop }));
  });
}

interface Following {
  readonly after: number;
  readonly filters: readonly string[] | undefined;
  readonly show: (event: StoredEvent) => void;
  readonly stop: AbortSignal;
}

async function followFrom(log: EventLog, { after, filters, show, stop }: Following): Promise<void> {
  for (let from = after; !stop.aborted; ) {
    const { events, next, more } = await log.read({ after: from, types: filters, limit: 500 });
    events.forEach(show);
    from = next;
    if (!more) await log.grown(from, 60_000, stop);
  }
}

/** A second signal ends the process as it always does. */
async function untilSignalled(work: (stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  await work(stop.signal).finally(() => process.off('SIGINT', end).off('SIGTERM', end));
}

function lineOf({ time, type, subject, actor }: StoredEvent): string {
  return `${time.toISOString()}  ${type}  ${subject ?? '–'}  by ${actor ?? 'nobody known'}\n`;
}
