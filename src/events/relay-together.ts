import { setTimeout as pause } from 'node:timers/promises';
import type { CloudEvent } from './catalogue/envelope.ts';
import { cloudEventOf } from './cloud-event.ts';
import type { Turn } from './relay.ts';
import { type BatchSink, Refused, type TogetherSink } from './sink.ts';
import { noteSinkFailure, noteSinkWell } from './sink-store.ts';

/** As many as have come, and no more than this: a batch is small while few come. */
export const BATCH = 500;
/** Milliseconds before it is tried again, and at most. */
const [FIRST, LONGEST] = [100, 30_000];
/** Milliseconds between two looks when nobody tells of an event. */
export const IDLE = 2000;
/** Milliseconds between two moves of the cursor past what the sink does not want. */
export const PASS = 1000;

/** Delivers the log in order, a batch at a time: none goes on before the one before it was taken. */
export async function relayTogether(turn: Turn, sink: TogetherSink): Promise<void> {
  const { parts, stop } = turn;
  // What an earlier turn has noted is over with the first batch of this one.
  const trouble = { isNoted: true };
  let [from, read, saved] = [turn.position(), turn.position(), Date.now()];
  while (!stop.aborted) {
    // An operator has set it.
    if (turn.position() !== from) [from, read] = [turn.position(), turn.position()];
    const { events, next, more } = await parts.log.read({ after: read, types: sink.types, limit: BATCH });
    const cloud = events.map((event) => cloudEventOf(event, parts.issuer));
    if (cloud.length > 0 && !(await deliverAtLast(turn, sink, cloud, trouble))) return;
    read = next;
    if (cloud.length > 0 || (next > from && Date.now() - saved > PASS)) {
      await turn.move(from, next, cloud.length > 0);
      saved = Date.now();
      if (turn.position() === next) from = next;
    }
    if (!more) await parts.log.grown(read, IDLE, stop);
  }
}

/**
 * Tries until they are taken.
 * @returns false where it was stopped before
 * @throws Refused where they never will be
 */
export async function deliverAtLast(
  { parts, stop }: Turn,
  sink: TogetherSink | BatchSink,
  events: readonly CloudEvent[],
  trouble: { isNoted: boolean },
): Promise<boolean> {
  for (let failures = 0; !stop.aborted; failures += 1) {
    try {
      await sink.deliver(events);
    } catch (error) {
      trouble.isNoted = true;
      parts.onResult?.(sink.name, 'failed', events.length);
      await noteSinkFailure(parts.db, sink.name, messageOf(error));
      if (error instanceof Refused) throw error;
      await pause(Math.min(FIRST * 2 ** failures, LONGEST), undefined, { signal: stop }).catch(() => undefined);
      continue;
    }
    parts.onResult?.(sink.name, 'delivered', events.length);
    if (trouble.isNoted) await noteSinkWell(parts.db, sink.name);
    trouble.isNoted = false;
    return true;
  }
  return false;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
