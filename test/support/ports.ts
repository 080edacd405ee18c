import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what systems hand out for outgoing connections: between choosing and listening, nobody else is given it. */
const [LOWEST, HIGHEST] = [20_000, 32_000];

/** Those that run beside each other choose each from a part of its own. */
const PARTS = 8;
const SIZE = (HIGHEST - LOWEST) / PARTS;
const FIRST = LOWEST + (Number(process.env['MOCHA_WORKER_ID'] ?? PARTS - 1) % PARTS) * SIZE;

/** Those of this process, which are promised to somebody who may not listen yet; the oldest are given again. */
const given = new Set<number>();

/** A loopback port that nobody listens on, and that no other test chooses. */
export async function freePort(): Promise<number> {
  const port = FIRST + randomInt(SIZE);
  if (given.has(port) || !(await isFree(port))) return freePort();
  given.add(port);
  if (given.size > SIZE / 2) given.delete([...given][0] ?? port);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer()
    .once('error', () => resolve(false))
    .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return promise;
}
