import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { together } from '../../../src/kernel/together.ts';

describe('what is done together', () => {
  /** Doubles numbers, remembers which came together, and fails at those with a 7 among them. */
  const doubling = (most = 10, turns = 1) => {
    const gone: number[][] = [];
    const double = together(
      async (numbers: readonly number[]) => {
        gone.push([...numbers]);
        if (numbers.includes(13)) throw Object.assign(new Error('thirteen'), { code: 'ECONNRESET' });
        if (numbers.includes(14)) throw Object.assign(new Error('fourteen'), { code: '57014' });
        if (numbers.includes(7)) throw new Error('seven');
        return numbers.map((n) => n * 2);
      },
      { most, turns },
    );
    return { gone, double };
  };

  it('is what comes in one turn, each answered at its place', async () => {
    const { gone, double } = doubling();
    assert.deepEqual(await Promise.all([1, 2, 3].map(double)), [2, 4, 6]);
    await setImmediate();
    assert.equal(await double(4), 8);
    assert.deepEqual(gone, [[1, 2, 3], [4]]);
  });

  it('is what comes, as often as it comes', async () => {
    const { gone, double } = doubling();
    assert.deepEqual(await Promise.all([5, 5].map(double)), [10, 10]);
    assert.equal(await double(5), 10);
    assert.deepEqual(gone, [[5, 5], [5]]);
  });

  it('is what comes in so many turns, where that is said', async () => {
    const { gone, double } = doubling(10, 2);
    const first = double(1);
    await setImmediate();
    assert.deepEqual(await Promise.all([first, double(2)]), [2, 4]);
    assert.deepEqual(gone, [[1, 2]]);
  });

  it('is no more at one go than is said', async () => {
    const { gone, double } = doubling(2);
    assert.deepEqual(await Promise.all([1, 2, 3].map(double)), [2, 4, 6]);
    assert.deepEqual(gone, [[1, 2], [3]]);
  });

  it('is tried for each by itself where it fails, so that nobody fails for another', async () => {
    const { gone, double } = doubling();
    const tried = await Promise.allSettled([1, 7, 3].map(double));
    assert.deepEqual(
      tried.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message)),
      [2, 'seven', 6],
    );
    assert.deepEqual(gone, [[1, 7, 3], [1], [7], [3]]);
  });

  it('is not tried again where the database is away, or took too long: it may have been done', async () => {
    for (const [number, said] of [
      [13, 'thirteen'],
      [14, 'fourteen'],
    ] as const) {
      const { gone, double } = doubling();
      const tried = await Promise.allSettled([1, number].map(double));
      assert.deepEqual(
        tried.map((each) => each.status === 'rejected' && each.reason.message),
        [said, said],
      );
      assert.deepEqual(gone, [[1, number]]);
    }
  });

  it('is not tried again where it fails for one alone', async () => {
    const { gone, double } = doubling();
    await assert.rejects(double(7), /seven/);
    assert.deepEqual(gone, [[7]]);
  });
});
