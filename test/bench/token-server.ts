import { hashBehind } from '../../src/cli/hash-behind.ts';
import { POLICY } from '../../src/limits/index.ts';
import { startServer } from '../support/server.ts';
import { populate } from './people.ts';
import { production } from './production.ts';
import { declared, ISSUER } from './token-kit.ts';

/** Gatehouse itself on the database that it is given, as it would be served, but for the proxy in front. */
const [, , databaseUrl = ''] = process.argv;
const { env, log, base } = await production(ISSUER);
const limits = { ...POLICY, sign_in: { network: { points: 1_000_000, seconds: 60 } } };
const server = await startServer({ yaml: declared(), limits, env, databaseUrl, log });
await populate(server.db);
await hashBehind();
process.send?.(base);
