import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import {
  type Aside,
  countFailing,
  dueAsides,
  heldSubjects,
  hurryAsides,
  type NewAside,
  nextDue,
  noteRetry,
  removeAside,
} from './aside-store.ts';
import { cloudEventOf } from './cloud-event.ts';
import type { Turn } from './relay.ts';
import { IDLE, messageOf, PASS } from './relay-together.ts';
import type { EachSink } from './sink.ts';
import { noteSinkFailure, noteSinkWell } from './sink-store.ts';
import type { StoredEvent } from './store.ts';

/** Events that are looked at together, and how many are on their way at once. */
const [BATCH, AT_ONCE] = [50, 8];
/** Subjects that may wait for another try; with more of them it is the sink that fails, and the log waits for it. */
const FAILING = 100;
/** Failures on end after which it is the sink that is away. */
const AWAY = 5;
/** Milliseconds before the first further try, and at most before any. */
const [FIRST, LONGEST] = [1000, 300_000];

/**
 * Delivers each event by itself, those of a subject in order. One that is not taken is laid aside, with those of its subject
 * behind it, and tried again until it is given up; the others go on.
 */
export async function relayEach(turn: Turn, sink: EachSink): Promise<void> {
  const { parts, stop } = turn;
  const trial = new Trial(turn, sink);
  let saved = Date.now();
  while (!stop.aborted) {
    const retried = await trial.retry();
    if ((await countFailing(parts.db, sink.name)) >= FAILING) {
      await pause(await idleFor(turn, sink), undefined, { signal: stop }).catch(() => undefined);
      continue;
    }
    const from = turn.position();
    const { events, next, more } = await parts.log.read({ after: from, types: sink.types, limit: BATCH });
    if (events.length > 0) await trial.deliver(events, from, next);
    else if (next > from && Date.now() - saved > PASS) await turn.move(from, next, false);
    if (turn.position() !== from) saved = Date.now();
    if (retried === 0 && !more) await parts.log.grown(next, await idleFor(turn, sink), stop);
  }
}

/** Until something is due. */
async function idleFor({ parts }: Turn, { name }: EachSink): Promise<number> {
  const due = await nextDue(parts.db, name);
  return Math.min(IDLE, Math.max(20, due ? due.getTime() - parts.clock.now().getTime() : IDLE));
}

/** Tries, and what comes of them. */
class Trial {
  readonly #turn: Turn;
  readonly #sink: EachSink;
  readonly #limit = pLimit(AT_ONCE);
  // What an earlier turn has noted is over with the first event that is taken in this one.
  #failures = 1;

  constructor(turn: Turn, sink: EachSink) {
    this.#turn = turn;
    this.#sink = sink;
  }

  /** Tries again what is due. @returns how many were tried. */
  async retry(): Promise<number> {
    const { parts } = this.#turn;
    const { name, onDeadLetter } = this.#sink;
    const now = parts.clock.now();
    const due = await dueAsides(parts.db, name, { now, blocks: onDeadLetter === 'block', limit: BATCH });
    await Promise.all(due.map((aside) => this.#limit(() => this.#retryOne(aside))));
    return due.length;
  }

  /** Delivers a page, and moves the cursor behind it with what is laid aside of it. */
  async deliver(events: readonly StoredEvent[], from: number, to: number): Promise<void> {
    const { parts, move, stop } = this.#turn;
    const { name, onDeadLetter } = this.#sink;
    const heldBack = await heldSubjects(parts.db, name, onDeadLetter === 'block');
    const subjects = Object.values(Object.groupBy(events, ({ id, subject }) => subject ?? id));
    const tried = subjects.map((own = []) => this.#limit(() => this.#inOrder(own, heldBack)));
    const asides = (await Promise.all(tried)).flat();
    if (!stop.aborted) await move(from, to, asides.length < events.length, asides);
  }

  /** @returns what has to be laid aside of one subject's. */
  async #inOrder(own: readonly StoredEvent[], heldBack: ReadonlySet<string>): Promise<NewAside[]> {
    let waits = heldBack.has(own[0]?.subject ?? '');
    const asides: NewAside[] = [];
    for (const event of own) {
      const error = waits ? undefined : await this.#try(event);
      if (waits) asides.push({ event, failure: undefined });
      if (error !== undefined) asides.push({ event, failure: { error, ...this.#times(0) } });
      waits ||= error !== undefined;
    }
    return asides;
  }

  async #retryOne({ event, attempts, firstFailedAt }: Aside): Promise<void> {
    const { db } = this.#turn.parts;
    const { name, giveUpAfter } = this.#sink;
    const error = await this.#try(event);
    if (error === undefined) return void (await removeAside(db, name, event.id));
    const times = this.#times(attempts);
    const dead = firstFailedAt !== undefined && times.at.getTime() >= firstFailedAt.getTime() + giveUpAfter * 1000;
    if (dead) this.#turn.parts.onResult?.(name, 'dead', 1);
    await noteRetry(db, name, event.id, { error, dead, ...times });
  }

  #times(attempts: number): { at: Date; nextTry: Date } {
    const at = this.#turn.parts.clock.now();
    return { at, nextTry: new Date(at.getTime() + Math.min(FIRST * 2 ** attempts, LONGEST)) };
  }

  /** @returns what went wrong; undefined where it was taken. */
  async #try(event: StoredEvent): Promise<string | undefined> {
    const { parts } = this.#turn;
    const { name } = this.#sink;
    try {
      await this.#sink.deliver(cloudEventOf(event, parts.issuer));
    } catch (error) {
      parts.onResult?.(name, 'failed', 1);
      this.#failures += 1;
      await noteSinkFailure(parts.db, name, messageOf(error));
      return messageOf(error);
    }
    parts.onResult?.(name, 'delivered', 1);
    if (this.#failures > 0) await this.#well();
    return undefined;
  }

  /** Where it was the sink that failed, and not one event, all that it refused meanwhile is tried at once. */
  async #well(): Promise<void> {
    const { db, clock } = this.#turn.parts;
    const wasAway = this.#failures >= AWAY;
    this.#failures = 0;
    await noteSinkWell(db, this.#sink.name);
    if (wasAway) await hurryAsides(db, this.#sink.name, clock.now());
  }
}
