/**
 * Mann–Whitney U, two-sided, by the normal approximation with its correction for ties: how likely two samples of one
 * distribution differ in rank as much as these do. Good for 20 values and more on each side.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): { readonly u: number; readonly p: number } {
  const all = [...a.map((value) => ({ value, mine: true })), ...b.map((value) => ({ value, mine: false }))];
  all.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (all[end]?.value === all[start]?.value && end < all.length) end += 1;
    const rank = (start + 1 + end) / 2;
    rankSum += rank * all.slice(start, end).filter(({ mine }) => mine).length;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const n = all.length;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt(((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1))));
  return { u, p: deviation === 0 ? 1 : 2 * (1 - normal(Math.abs(u - mean) / deviation)) };
}

/** The standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = terms.reduce((total, term, power) => total + term * t ** (power + 1), 0);
  return 1 - (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
