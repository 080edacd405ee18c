import { createHook } from 'node:async_hooks';

/** How many Argon2 hashes `work` caused: argon2's native workers are asynchronous resources, and counted as such. */
export async function argon2HashesOf(work: () => Promise<unknown>): Promise<number> {
  let hashes = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'argon2:HashWorker') hashes += 1;
    },
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return hashes;
}
