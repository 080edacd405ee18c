import { createHook } from 'node:async_hooks';
import type { Config } from '../../src/config/index.ts';

/**
 * A twentieth of the least that a server is set to: Argon2id like that, where a test is about something else. What is
 * hashed, when and how often stays as it is; what it costs is looked at with a server's own figures.
 */
export const QUICK: Config['passwordHashing'] = { memoryKib: 1024, passes: 2 };

/** What a server is set to by default. */
export const IN_FULL: Config['passwordHashing'] = { memoryKib: 19_456, passes: 2 };

/** What each kind of hashing is to Node: a native asynchronous resource, one for each hash. */
const KINDS: Readonly<Record<string, string>> = {
  'argon2:HashWorker': 'argon2',
  'bcrypt:CompareAsyncWorker': 'bcrypt',
  SCRYPTREQUEST: 'scrypt',
  PBKDF2REQUEST: 'pbkdf2',
};

/** Every password hash that `work` caused, by its kind, in order. */
export async function hashingOf(work: () => Promise<unknown>): Promise<string[]> {
  const kinds: string[] = [];
  const hook = createHook({
    init: (_id, type) => {
      const kind = KINDS[type];
      if (kind) kinds.push(kind);
    },
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return kinds;
}

/** How many Argon2 hashes `work` caused. */
export async function argon2HashesOf(work: () => Promise<unknown>): Promise<number> {
  return (await hashingOf(work)).filter((kind) => kind === 'argon2').length;
}
