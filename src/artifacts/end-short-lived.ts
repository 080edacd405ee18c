import type { WhichSessions } from './personal.ts';

/** The job that ends what is short-lived of somebody, once the store of that answers again. */
export const END_SHORT_LIVED = 'end_short_lived';

/** With the worker's growing pauses (e^tries seconds), it is tried for as long as any of that lives: an hour. */
export const END_ATTEMPTS = 10;

/** What of a person ends, of which the job may hear later. */
export interface EndShortLivedJob {
  readonly user_id: string;
  /** All sessions, where nothing is said; or what one application has. */
  readonly sessions?: WhichSessions | undefined;
  readonly client_id?: string;
  /** Seconds since the epoch: whoever signs in after that is not meant. */
  readonly before: number;
}
