import { availableParallelism } from 'node:os';
import argon2 from 'argon2';

/**
 * Bare Argon2id verification on every core, for as many seconds as the first argument says; sends how many there were a
 * second. What a sign-in cannot be faster than.
 */
const seconds = Number(process.argv[2] ?? 5);
const hash = await argon2.hash('correct horse battery staple', { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

async function perSecond(forSeconds: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  const one = async () => {
    while (performance.now() - started < forSeconds * 1000) {
      await argon2.verify(hash, 'correct horse battery staple');
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return done / ((performance.now() - started) / 1000);
}

await perSecond(1);
process.send?.(await perSecond(seconds));
