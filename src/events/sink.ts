import type { CloudEvent } from './catalogue/envelope.ts';

/** Somebody whom events are delivered to, by whatever way. */
export type Sink = TogetherSink | BatchSink | EachSink;

interface Named {
  readonly name: string;
  /** What it wants: types, or beginnings of some before `*`. */
  readonly types: readonly string[];
  close(): Promise<void>;
}

/** Takes many at once, in order, or none of them: a stream. When it does not, nothing goes on until it does. */
export interface TogetherSink extends Named {
  readonly takes: 'together';
  /** @throws when any was not taken for certain */
  deliver(events: readonly CloudEvent[]): Promise<void>;
}

/** Takes many at once, in order, and may refuse one for what it is and take others: Kafka. */
export interface BatchSink extends Named {
  readonly takes: 'batches';
  /** Whether the events of a subject go on behind one that was refused, or wait for an operator. */
  readonly onDeadLetter: 'skip' | 'block';
  /**
   * @throws Refused when one of them will never be taken; others of them may have been
   * @throws what else, when any was not taken for certain: all of them are tried again, until they are taken
   */
  deliver(events: readonly CloudEvent[]): Promise<void>;
}

/** What a sink throws at what it will not take, however often that is tried. */
export class Refused extends Error {}

/** Takes one at a time, and may refuse one and take others: a webhook. */
export interface EachSink extends Named {
  readonly takes: 'each';
  /** Whether the events of a subject go on behind one that was given up, or wait for an operator. */
  readonly onDeadLetter: 'skip' | 'block';
  /** Seconds from the first failure after which one is given up. */
  readonly giveUpAfter: number;
  /** @throws when it was not taken for certain */
  deliver(event: CloudEvent): Promise<void>;
}
