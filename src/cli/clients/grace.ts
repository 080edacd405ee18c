import { InvalidArgumentError } from 'commander';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MAX = 90 * 86_400;

/** Seconds, from `7d`, `24h`, `30m`, `45s` or `0`. */
export function parseGrace(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])$|^0$/.exec(text) ?? [];
  const seconds = text === '0' ? 0 : Number(count) * (SECONDS[unit] ?? Number.NaN);
  if (seconds <= MAX) return seconds;
  throw new InvalidArgumentError('Say a time such as 7d, 24h, 30m or 0, 90d at most.');
}
