import { operatorDeclaration } from '../support/operator.ts';
import { startServer } from '../support/server.ts';
import { production } from './production.ts';
import { ISSUER } from './token-kit.ts';

/** Gatehouse as it would be served, with its jobs, relaying every event to a Redis stream. */
const [, , databaseUrl = '', redisUrl = '', stream = ''] = process.argv;
const { env, log, base } = await production(ISSUER);
const sink = { name: 'bus', type: 'redis-stream', url: redisUrl, stream };
const yaml = `${operatorDeclaration}event_sinks: [${JSON.stringify(sink)}]\n`;
await startServer({ yaml, databaseUrl, env, log, jobs: true });
process.send?.(base);
