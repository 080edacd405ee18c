import type { Limits } from './types.ts';

const nothing = async (): Promise<undefined> => undefined;

/** Counts nothing and refuses nobody. */
export const unlimited: Limits = {
  take: nothing,
  trySignIn: async () => ({ failures: 1, succeeded: nothing, release: nothing }),
  forgive: nothing,
  remember: () => '',
};
