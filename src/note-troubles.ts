import type { OnRefusal } from './limits/index.ts';
import type { Logger, Metrics } from './telemetry/index.ts';

export const logRedis = (logger: Logger) => (error: Error) => logger.warn({ err: error }, 'redis connection lost');

export const logHash = (logger: Logger) => (error: unknown) =>
  logger.warn({ err: error }, 'a password hash cannot be checked');

/** What a limit has turned away is counted and logged, without who it was. */
export function noting(logger: Logger, metrics: Metrics): OnRefusal {
  return (limit, by) => {
    metrics.refused.inc({ limit, by });
    logger.info({ limit, by }, 'turned away by a limit');
  };
}
