import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { type EventType, eventTypes, matches } from './catalogue/index.ts';
import { Horizon } from './horizon.ts';
import { lookAtLog, readEvents, type StoredEvent } from './store.ts';

/** What somebody wants of the log. */
export interface Query {
  readonly after: number;
  /** Types, or beginnings of some before `*`; undefined: all. */
  readonly types: readonly string[] | undefined;
  readonly limit: number;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  /** Where to go on: nothing that was asked for stands before it and was not read. */
  readonly next: number;
  /** Whether there may be more already. */
  readonly more: boolean;
}

/** The log as this process reads it. */
export interface EventLog {
  /** What stands after a position, as far as the log is whole. */
  read(query: Query): Promise<Page>;
  /** Up to where the log is known to be whole. */
  whole(): number;
  /** The same, after another look. */
  look(): Promise<number>;
  /**
   * The last position that was given out by now, once all up to it is there. Whoever begins reading there has missed nothing;
   * but for what a transaction commits later that has run for longer than `milliseconds` already: that is waited for no more.
   */
  settled(milliseconds: number): Promise<number>;
  /** Resolves when the log has become longer than `position`, after `milliseconds` at the latest, or when `signal` aborts. */
  grown(position: number, milliseconds: number, signal: AbortSignal): Promise<void>;
  /** To be told when something was appended after a while. */
  wake(): void;
  /** Lets everybody go who waits, now and from now on: the process is about to end. */
  release(): void;
  /** Aborts then. */
  readonly released: AbortSignal;
}

/** Milliseconds between two looks while events come, for how long one looks so after the last, and when nobody was told. */
const [QUICK, AWAKE, SLOW] = [20, 2000, 1000];

/**
 * The log, followed for as long as anybody waits for it. It is looked at quickly while events come, and once a second else:
 * the first event after a second without is told (`append-store.ts`).
 */
export function followLog(db: Knex): EventLog {
  const horizon = new Horizon();
  const waiting = new Set<() => void>();
  const release = new AbortController();
  let [awakeUntil, timer]: [number, NodeJS.Timeout | undefined] = [0, undefined];

  const look = async () => {
    const before = horizon.position;
    horizon.see(await lookAtLog(db, horizon.seen));
    if (horizon.position === before) return;
    awakeUntil = Date.now() + AWAKE;
    for (const tell of [...waiting]) tell();
  };
  const looking = () => {
    timer = undefined;
    if (waiting.size === 0) return;
    // Whoever waits looks again by themselves when their time is over.
    look()
      .catch(() => undefined)
      .finally(schedule);
  };
  const schedule = () => {
    timer ??= setTimeout(looking, Date.now() < awakeUntil ? QUICK : SLOW);
  };
  return {
    async read({ after, types, limit }) {
      await look();
      const to = horizon.position;
      if (to <= after) return { events: [], next: after, more: false };
      const events = await readEvents(db, { after, to, types: typesOf(types), limit });
      const more = events.length === limit;
      return { events, next: more ? (events.at(-1)?.position ?? to) : to, more };
    },
    whole: () => horizon.position,
    async look() {
      await look();
      return horizon.position;
    },
    async settled(milliseconds) {
      const until = Date.now() + milliseconds;
      await look();
      for (const last = horizon.seen; ; await pause(QUICK), await look())
        if (horizon.position >= last || Date.now() >= until) return last;
    },
    grown(position, milliseconds, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const tell = () => horizon.position > position && resolve();
      const over = setTimeout(resolve, milliseconds);
      const stop = AbortSignal.any([signal, release.signal]);
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
      waiting.add(tell);
      tell();
      schedule();
      return promise.finally(() => {
        clearTimeout(over);
        waiting.delete(tell);
      });
    },
    release: () => release.abort(),
    released: release.signal,
    wake() {
      awakeUntil = Date.now() + AWAKE;
      clearTimeout(timer);
      timer = undefined;
      if (waiting.size > 0) looking();
    },
  };
}

/** The types that filters mean. */
export function typesOf(filters: readonly string[] | undefined): readonly EventType[] | undefined {
  if (!filters || filters.includes('*')) return undefined;
  return eventTypes.map(([type]) => type).filter((type) => filters.some((filter) => matches(filter, type)));
}
