import { availableParallelism } from 'node:os';
import argon2 from 'argon2';

/** Bare Argon2id verification on every core that this process has; says how many there were a second. */
const SECONDS = 3;
const hash = await argon2.hash('correct horse battery staple', { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

async function perSecond(seconds: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  const one = async () => {
    while (performance.now() - started < seconds * 1000) {
      await argon2.verify(hash, 'correct horse battery staple');
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return done / ((performance.now() - started) / 1000);
}

process.send?.('ready');
await perSecond(0.5);
process.send?.(await perSecond(SECONDS));
