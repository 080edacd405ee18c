export { postgresArtifacts, sweepArtifacts } from './artifacts.ts';
export { endClientArtifacts } from './client-artifacts.ts';
export { findEmbedded, startEmbedded } from './embedded.ts';
export { tidyJobs } from './jobs.ts';
export { postgresLimiter, sweepLimits } from './limits.ts';
export { listen } from './listen.ts';
export { migrate, schemaState } from './migrate.ts';
export { endSessions, personalArtifacts } from './personal.ts';
export { checkDatabase, createDatabase, isConnectionLost } from './pool.ts';
