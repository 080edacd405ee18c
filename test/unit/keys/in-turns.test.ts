import assert from 'node:assert/strict';
import { inTurns } from '../../../src/keys/in-turns.ts';
import { countTurns } from '../../support/turns.ts';

/** Takes so many milliseconds of this thread, whatever the machine. */
function busy(milliseconds: number): number {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
}

describe('what is made in turns', () => {
  it('is made in the next turn, and together with what was asked for in this one', async () => {
    const made: number[] = [];
    const make = inTurns((one: number) => made.push(one));
    const both = Promise.all([make(1), make(2)]);
    assert.deepEqual(made, []);
    const loop = countTurns();
    assert.deepEqual(await both, [1, 2]);
    loop.stop();
    assert.ok(loop.seen() <= 1, `${loop.seen()} turns went by`);
    assert.equal(await make(3), 3);
  });

  it('lets others be answered when it is much, and keeps its order, whatever is made', async () => {
    const order: number[] = [];
    const [one, other] = [inTurns(busy), inTurns(busy)];
    const loop = countTurns();
    await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? one : other)(1).then(() => order.push(at))));
    loop.stop();
    // 20 ms in turns of 5 ms; a machine that stands still for a while makes more of them, not fewer.
    assert.ok(loop.seen() >= 3, `${loop.seen()} turns went by`);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  it('fails who asked for it alone', async () => {
    const make = inTurns((one: number) => {
      if (one === 2) throw new Error('not this one');
      return one;
    });
    const all = await Promise.allSettled([make(1), make(2), make(3)]);
    assert.deepEqual(
      all.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
      [1, 'Error: not this one', 3],
    );
  });

  it('goes on when more is asked for by who was just answered', async () => {
    const make = inTurns((one: number) => one + 1);
    assert.equal(await make(await make(await make(0))), 3);
  });
});
