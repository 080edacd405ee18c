/** Rows that one statement of housekeeping removes: so many that none waits for it for a tenth of a second, on a slow disk either. */
export const BATCH = 200;
