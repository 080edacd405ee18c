import type { WhichSessions } from './personal.ts';

/** The job that ends what is short-lived of somebody, once the store of that answers again. */
export const END_SHORT_LIVED = 'end_short_lived';

/** What of a person's is meant: what they are signed in with, in some sessions or in all; what one application has; everything. */
export type ShortLived =
  | { readonly sessions: WhichSessions | 'all' }
  | { readonly client_id: string }
  | { readonly everything: true };

export interface EndShortLivedJob {
  readonly user_id: string;
  readonly what: ShortLived;
  /** Seconds since the epoch: what was begun later is not meant. */
  readonly before?: number;
}
