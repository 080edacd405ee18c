import { cloudEventOf, findEvents, isKnownFilter, type StoredEvent, typesOf } from '../../events/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { withEvents } from './with-events.ts';

export interface TailOptions {
  readonly follow?: boolean;
  readonly types?: string;
  readonly count: string;
  readonly json?: boolean;
}

/** `events tail`: the last events, the oldest of them first, and then each that comes. */
export async function tail({ follow, types: asked, count, json }: TailOptions): Promise<void> {
  const limit = Number(count);
  if (!Number.isInteger(limit) || limit < 0 || limit > 1000) throw operatorError('--count', 'must be 0 to 1000');
  const filters = asked?.split(',');
  const unknown = filters?.find((filter) => !isKnownFilter(filter));
  if (unknown !== undefined) throw operatorError('--types', `there is no type ${unknown}: see docs/events.md`);
  await withEvents(async ({ db, log, config }) => {
    const show = (event: StoredEvent) =>
      void process.stdout.write(json ? `${JSON.stringify(cloudEventOf(event, config.issuer))}\n` : lineOf(event));
    let after = await log.look();
    const nothing = { actor: undefined, subject: undefined, fromId: undefined, beforeId: undefined };
    const past =
      limit === 0 ? [] : await findEvents(db, { ...nothing, types: typesOf(filters), before: after + 1, limit });
    past.reverse().forEach(show);
    if (past.length === 0 && !follow && !json) process.stdout.write('Nothing has happened yet.\n');
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
    while (follow && !stop.signal.aborted) {
      const page = await log.read({ after, types: filters, limit: 500 });
      page.events.forEach(show);
      after = page.next;
      if (!page.more) await log.grown(after, 60_000, stop.signal);
    }
  });
}

function lineOf({ time, type, subject, actor }: StoredEvent): string {
  return `${time.toISOString()}  ${type}  ${subject ?? '–'}  by ${actor ?? 'nobody known'}\n`;
}
