/** Logs and metrics. Owns their format and what may never be in them. */
export { ClusterMetrics } from './cluster-metrics.ts';
export { measureEvents } from './event-metrics.ts';
export { measureKeys } from './key-metrics.ts';
export { createLogger, type Logger, linesTo } from './logger.ts';
export { countMails } from './mail-metrics.ts';
export { createMetrics, type Metrics, measurePool } from './metrics.ts';
export { countPasswords, measureHashing } from './password-metrics.ts';
export { countTokens, type TokenCounts } from './token-metrics.ts';
