import type { Knex } from 'knex';
import { firstIdAt } from '../kernel/ids.ts';
import type { EventLog } from './log.ts';
import { lastDropped, listMonths } from './partition-store.ts';
import { setCursor } from './sink-store.ts';
import { positionBefore } from './store.ts';

/** From where on: behind a position, or from a moment on. */
export type ReplayFrom = { readonly position: number } | { readonly since: Date };

export type Replay =
  | { readonly position: number }
  /** Nobody has declared it; some of it is no longer kept; it has not come to be. */
  | { readonly problem: 'no_sink' | 'not_kept' | 'ahead' };

/** Milliseconds that transactions are waited for that run: they may have what belongs before the first of a time. */
const PATIENCE = 2000;

/** Has a sink get once more what it has had, under the same ids. Nothing is changed where that cannot be done as it was asked. */
export async function replay(
  { db, log }: { readonly db: Knex; readonly log: EventLog },
  sink: string,
  from: ReplayFrom,
): Promise<Replay> {
  const last = await log.settled(PATIENCE);
  const dropped = await lastDropped(db);
  if ('since' in from && dropped > 0) {
    const [oldest] = await listMonths(db);
    if (oldest && firstIdAt(from.since) < oldest.from) return { problem: 'not_kept' };
  }
  const position =
    'position' in from ? from.position : Math.min(last, (await positionBefore(db, firstIdAt(from.since))) ?? last);
  if (position > last) return { problem: 'ahead' };
  if (position < dropped) return { problem: 'not_kept' };
  return (await setCursor(db, sink, position)) ? { position } : { problem: 'no_sink' };
}
