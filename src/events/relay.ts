import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { layAside, type NewAside } from './aside-store.ts';
import type { EventLog } from './log.ts';
import { relayBatches } from './relay-batches.ts';
import { relayEach } from './relay-each.ts';
import { relayTogether } from './relay-together.ts';
import type { Sink } from './sink.ts';
import { type Holder, holdSink, moveCursor, releaseSink } from './sink-store.ts';

export interface RelayParts {
  readonly db: Knex;
  readonly clock: Clock;
  readonly log: EventLog;
  /** Who tells: `source` of every event. */
  readonly issuer: string;
  /** Told of each delivery, and of each that was in vain. */
  readonly onResult?: (sink: string, result: 'delivered' | 'failed' | 'dead', events: number) => void;
  /** Told why a sink is not delivered to at all: the database is away. */
  readonly onTrouble?: (sink: string, error: unknown) => void;
  /** Milliseconds without a sign of life after which another node takes a sink over. */
  readonly lease?: number;
}

/** What relays to one sink while it holds it. */
export interface Turn {
  readonly parts: RelayParts;
  /** Where to go on behind; an operator may set it while it is held. */
  readonly position: () => number;
  /**
   * Moves the cursor on, with what is laid aside, in one commit. Where it is not where it was any more, nothing is written, and
   * the turn goes on from where it is.
   */
  readonly move: (from: number, to: number, delivered: boolean, asides?: readonly NewAside[]) => Promise<void>;
  /** Aborts when the sink is no longer held, or the process ends. */
  readonly stop: AbortSignal;
}

/** A dead node's sinks are taken over within ten seconds: this, and one look of another node. */
export const LEASE = 7000;

/** Relays to sinks for as long as it is not stopped: of several nodes, one to each at a time. */
export function startRelay(parts: RelayParts, sinks: readonly Sink[]): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = sinks.map((sink) => takeTurns(parts, sink, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function takeTurns(parts: RelayParts, sink: Sink, stop: AbortSignal): Promise<void> {
  const lease = parts.lease ?? LEASE;
  const held: Holder = { sink: sink.name, holder: newId(), lease };
  while (!stop.aborted) {
    try {
      const position = await holdSink(parts.db, held);
      if (position !== undefined) await takeTurn(parts, sink, held, position, stop);
    } catch (error) {
      parts.onTrouble?.(sink.name, error);
    }
    await pause(lease / 3, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Delivers until the sink is held by another: it is told so by its own sign of life. */
async function takeTurn(parts: RelayParts, sink: Sink, held: Holder, from: number, stop: AbortSignal): Promise<void> {
  const lost = new AbortController();
  let position = from;
  let last = Date.now();
  const keep = async () => {
    const before = position;
    const now = await holdSink(parts.db, held).catch(() => before);
    if (now === undefined || Date.now() - last > held.lease) return lost.abort();
    last = Date.now();
    // What has moved it meanwhile knows better.
    if (position === before) position = now;
  };
  const move: Turn['move'] = async (from, to, delivered, asides = []) => {
    const moved = await parts.db.transaction(async (transaction) => {
      const own = await moveCursor(transaction, held, { from, to, delivered });
      if (own) await layAside(transaction, held.sink, asides);
      return own;
    });
    if (moved) position = to;
    else await keep();
  };
  const alive = setInterval(() => void keep(), held.lease / 3);
  const turn: Turn = { parts, position: () => position, move, stop: AbortSignal.any([stop, lost.signal]) };
  try {
    await relayTo(turn, sink);
  } finally {
    clearInterval(alive);
    await releaseSink(parts.db, held).catch(() => undefined);
  }
}

function relayTo(turn: Turn, sink: Sink): Promise<void> {
  if (sink.takes === 'together') return relayTogether(turn, sink);
  return sink.takes === 'batches' ? relayBatches(turn, sink) : relayEach(turn, sink);
}
