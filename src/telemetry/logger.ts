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
  return pino(options, destination ?? (await readable()) ?? pino.destination({ dest: 1, sync: false }));
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
