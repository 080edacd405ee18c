/**
 * How long to wait after so many failures, in seconds: somewhere between the shortest pause and one that doubles each
 * time, so that those who lost an issuer together do not come back together.
 * @param random 0 to 1
 */
export function backoff(failures: number, shortest: number, longest: number, random = Math.random()): number {
  const most = Math.min(longest, shortest * 2 ** failures);
  return shortest + random * Math.max(0, most - shortest);
}
