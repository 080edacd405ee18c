import { createDatabase } from '../../adapters/postgres/index.ts';
import { sinkOf } from '../../adapters/sinks/index.ts';
import { followLog, startRelay } from '../../src/events/index.ts';
import { systemClock as clock } from '../../src/kernel/clock.ts';

/** A process that relays, and is killed at some moment: `relay-process.ts <database> <redis> [lease]`, in milliseconds. */
const [databaseUrl = '', redisUrl = '', lease] = process.argv.slice(2);
const db = createDatabase(databaseUrl, { max: 4 });
const name = 'bus';
const stream = { stream: 'events', max_length: 1_000_000 };
const sink = sinkOf({ name, type: 'redis-stream', types: ['*'], urls: [redisUrl], ...stream });
const parts = { db, clock, log: followLog(db), issuer: 'https://id.example.com' };
startRelay(lease === undefined ? parts : { ...parts, lease: Number(lease) }, [sink]);
process.send?.('relaying');
