import { dueAsides, heldSubjects, type NewAside, noteRetry, removeAside } from './aside-store.ts';
import { cloudEventOf } from './cloud-event.ts';
import type { Turn } from './relay.ts';
import { BATCH, deliverAtLast, IDLE, PASS } from './relay-together.ts';
import { type BatchSink, Refused } from './sink.ts';
import type { StoredEvent } from './store.ts';

/**
 * Delivers the log in order, a batch at a time. A sink that is away is waited for; one event that it refuses for what it is
 * becomes a dead letter at once, and the others go on.
 */
export async function relayBatches(turn: Turn, sink: BatchSink): Promise<void> {
  const batches = new Batches(turn, sink);
  while (!turn.stop.aborted) {
    const retried = await batches.retry();
    const { next, more } = await batches.deliver();
    if (!retried && !more) await turn.parts.log.grown(next, IDLE, turn.stop);
  }
}

type DeadAside = NewAside & { readonly failure: { readonly dead: true } };

class Batches {
  readonly #turn: Turn;
  readonly #sink: BatchSink;
  // What an earlier turn has noted is over with the first batch of this one.
  readonly #trouble = { isNoted: true };
  // Halved with each that is refused, until the one event is alone that it was for; doubled with each that is taken.
  #size = BATCH;
  #saved = Date.now();

  constructor(turn: Turn, sink: BatchSink) {
    this.#turn = turn;
    this.#sink = sink;
  }

  /** Delivers what comes next, and moves the cursor behind it with what is laid aside of it. */
  async deliver(): Promise<{ next: number; more: boolean }> {
    const { parts, position } = this.#turn;
    const from = position();
    const { events, next, more } = await parts.log.read({ after: from, types: this.#sink.types, limit: this.#size });
    const asides = await this.#sort(events);
    if (!asides) return { next, more: true };
    if (events.length > 0 || (next > from && Date.now() - this.#saved > PASS)) {
      await this.#turn.move(from, next, asides.length < events.length, asides);
      this.#saved = Date.now();
    }
    return { next, more };
  }

  /** @returns what is laid aside of a page; undefined where that is not decided. */
  async #sort(events: readonly StoredEvent[]): Promise<NewAside[] | undefined> {
    if (events.length === 0) return [];
    const heldBack = await heldSubjects(this.#turn.parts.db, this.#sink.name, this.#blocks);
    const { waiting = [], free = [] } = Object.groupBy(events, ({ subject }) =>
      heldBack.has(subject ?? '') ? 'waiting' : 'free',
    );
    const dead = await this.#take(free);
    return dead && [...waiting.map((event) => ({ event, failure: undefined })), ...dead];
  }

  /** Tries again what an operator wants to be tried, and what has waited for it. @returns whether there was any. */
  async retry(): Promise<boolean> {
    const { db, clock } = this.#turn.parts;
    const { name } = this.#sink;
    const due = await dueAsides(db, name, { now: clock.now(), blocks: this.#blocks, limit: this.#size });
    const dead = await this.#take(due.map(({ event }) => event));
    if (!dead) return true;
    const [refused] = dead;
    if (refused?.failure) await noteRetry(db, name, refused.event.id, refused.failure);
    else for (const { event } of due) await removeAside(db, name, event.id);
    return due.length > 0;
  }

  get #blocks(): boolean {
    return this.#sink.onDeadLetter === 'block';
  }

  /** @returns the dead letter that one alone has become, else none; undefined where fewer are to be tried, or it was stopped. */
  async #take(events: readonly StoredEvent[]): Promise<DeadAside[] | undefined> {
    const { parts } = this.#turn;
    if (events.length === 0) return [];
    const cloud = events.map((event) => cloudEventOf(event, parts.issuer));
    try {
      if (!(await deliverAtLast(this.#turn, this.#sink, cloud, this.#trouble))) return undefined;
      this.#size = Math.min(BATCH, this.#size * 2);
      return [];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#size = Math.ceil(events.length / 2);
      if (events.length > 1) return undefined;
      parts.onResult?.(this.#sink.name, 'dead', 1);
      const at = parts.clock.now();
      return events.map((event) => ({ event, failure: { error: error.message, nextTry: at, at, dead: true } }));
    }
  }
}
