import { firstIdAt } from '../kernel/ids.ts';

/** A month of the log, and the ids that belong to it: those that were made in it (UTC). */
export interface Month {
  /** Such as `2026_11`. */
  readonly name: string;
  /** The least id of it, and of the next. */
  readonly from: string;
  readonly to: string;
  readonly end: Date;
}

/** The month that is `ahead` of a moment's. */
export function monthOf(moment: Date, ahead = 0): Month {
  const start = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + ahead));
  const end = new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + ahead + 1));
  return { name: start.toISOString().slice(0, 7).replace('-', '_'), from: lowest(start), to: lowest(end), end };
}

/** The month that a partition or chain is named after. */
export function monthNamed(name: string): Month {
  const [year = 0, month = 1] = name.split('_').map(Number);
  return monthOf(new Date(Date.UTC(year, month - 1)));
}

/** Lower than any UUIDv7 of the moment. */
const lowest = (moment: Date): string => firstIdAt(moment).replace('7000-8000', '0000-0000');
