import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mannWhitney } from '../../bench/rank-test.ts';

/** What the distribution function is accurate to. */
const ACCURACY = 2e-7;

const about = (actual: number, expected: number, tolerance = ACCURACY) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not about ${expected}`);

describe('the Mann–Whitney test', () => {
  it('comes to what is published of two samples without ties', () => {
    // Hollander and Wolfe (1973), p. 69: permeability of the chorioamnion, at term and earlier.
    const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const earlier = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { u, p } = mannWhitney(atTerm, earlier);
    assert.equal(u, 35);
    about(p, 0.2206714);
  });

  it('comes to what is published of two samples with ties', () => {
    // Motor Trend (1974), as in R's `mtcars`: miles per gallon with automatic transmission and with manual.
    const automatic = [
      ...[21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3],
      ...[15.2, 10.4, 10.4, 14.7, 21.5, 15.5, 15.2, 13.3, 19.2],
    ];
    const manual = [21, 21, 22.8, 32.4, 30.4, 33.9, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4];
    const { u, p } = mannWhitney(automatic, manual);
    assert.equal(u, 42);
    about(p, 0.0017533);
  });

  it('takes two samples that are the same, or know one value only, for one distribution', () => {
    const sample = Array.from({ length: 200 }, (_, at) => (at * 37) % 101);
    about(mannWhitney(sample, sample).p, 1);
    assert.deepEqual(mannWhitney([7, 7, 7], [7, 7]), { u: 3, p: 1 });
  });

  it('tells two samples apart of which one is slower by a fifth of what both spread over', () => {
    const sample = Array.from({ length: 200 }, (_, at) => (at * 37) % 101);
    const slower = sample.map((value) => value + 20);
    assert.ok(mannWhitney(sample, slower).p < 0.001);
    assert.ok(mannWhitney(slower, sample).p < 0.001);
  });

  it('is as sure as counting every way in which the values could have been shared out', () => {
    const all = Array.from({ length: 20 }, (_, at) => at);
    for (const mine of [10, 8]) {
      for (const step of [1, 2, 3]) {
        const a = all.filter((at) => (at * step) % 20 < mine).slice(0, mine);
        const b = all.filter((at) => !a.includes(at));
        const { u, p } = mannWhitney(a, b);
        about(p, exactly(u, a.length, b.length), 0.03);
      }
    }
  });

  const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
  const always = (holds: (a: readonly number[], b: readonly number[]) => void) =>
    fc.assert(fc.property(sample, sample, holds));

  it('counts the pairs of which the first is greater, and half of those that are equal', () => {
    always((a, b) => {
      const pairs = a.flatMap((x) => b.map((y): number => (x > y ? 1 : x === y ? 0.5 : 0)));
      assert.equal(
        mannWhitney(a, b).u,
        pairs.reduce((sum, pair) => sum + pair, 0),
      );
    });
  });

  it('is a probability', () => {
    always((a, b) => {
      const { p } = mannWhitney(a, b);
      assert.ok(p >= 0 && p <= 1, String(p));
    });
  });

  it('does not care which sample comes first, nor in what order its values', () => {
    always((a, b) => {
      const { u, p } = mannWhitney(a, b);
      assert.deepEqual(mannWhitney(b.toReversed(), a.toSorted()), { u: a.length * b.length - u, p });
    });
  });

  it('does not care what is measured, but in what order', () => {
    for (const grows of [(x: number) => 3 * x - 7, (x: number) => x ** 3, (x: number) => Math.exp(x / 10)])
      always((a, b) => assert.deepEqual(mannWhitney(a.map(grows), b.map(grows)), mannWhitney(a, b)));
  });
});

/** Two-sided, without ties: of all ways to choose `m` of `m + n` ranks, the share that is at least as far out. */
function exactly(u: number, m: number, n: number): number {
  const far = Math.abs(u - (m * n) / 2);
  const counts = Array.from({ length: m * n + 1 }, (_, at) => ways(at, m, n));
  const out = counts.filter((_, at) => Math.abs(at - (m * n) / 2) >= far);
  const sum = (all: readonly number[]) => all.reduce((total, count) => total + count, 0);
  return sum(out) / sum(counts);
}

const known = new Map<string, number>();

/** In how many ways `m` and `n` values come to this U: by whose the greatest is (Mann and Whitney 1947). */
function ways(u: number, m: number, n: number): number {
  if (u < 0) return 0;
  if (m === 0 || n === 0) return u === 0 ? 1 : 0;
  const key = `${u} ${m} ${n}`;
  const count = known.get(key) ?? ways(u - n, m - 1, n) + ways(u, m, n - 1);
  known.set(key, count);
  return count;
}
