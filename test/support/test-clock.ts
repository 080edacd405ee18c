import type { Clock } from '../../src/kernel/clock.ts';

/** A clock that begins now and goes on when it is told to. */
export class TestClock implements Clock {
  #now = Date.now();

  now(): Date {
    return new Date(this.#now);
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}
