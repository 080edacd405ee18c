import cluster from 'node:cluster';
import { type DestinationStream, type Logger, pino } from 'pino';
import { correlationId } from '../kernel/correlation.ts';

export type { Logger };

/** Members that are cut out wherever somebody logs them by mistake; ours are never logged to begin with. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'client_secret',
  'access_token',
  'refresh_token',
  'id_token',
  'authorization',
  'cookie',
];

/**
 * The log: JSON lines, or readable ones where a person looks on. Every line carries the correlation id of the request
 * that caused it.
 */
export async function createLogger(level: string, destination?: DestinationStream): Promise<Logger> {
  // An authorization code has its own place; deeper down `code` is an error's, and worth reading.
  const paths = ['code', ...SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])];
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => ({ correlation_id: correlationId() }),
    redact: { paths, censor: '[redacted]' },
  };
  return pino(options, destination ?? (await readable()) ?? linesTo(1));
}

/** Bytes that a pipe takes as one: several workers that write to it tear no line apart. */
const PIPE_BUF = 4096;

/**
 * Lines for a file, or for what reads them at its other end. Many at a time, when many are written: to hand over each by
 * itself costs a request as much as to sign its token. None waits longer than a moment, and the last leave with the process.
 */
export function linesTo(dest: number | string): DestinationStream {
  const maxWrite = cluster.isWorker ? PIPE_BUF : 4 * PIPE_BUF;
  return pino.destination({ dest, sync: false, minLength: maxWrite - 1, maxWrite, periodicFlush: 100 });
}

/** pino-pretty is a development dependency: without it, or without a terminal, the lines are JSON. */
async function readable(): Promise<DestinationStream | undefined> {
  if (!process.stdout.isTTY) return undefined;
  try {
    const { PinoPretty } = await import('pino-pretty');
    return PinoPretty({ ignore: 'correlation_id', translateTime: 'SYS:HH:MM:ss' });
  } catch {
    return undefined;
  }
}
