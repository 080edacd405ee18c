import { operatorDeclaration } from '../support/operator.ts';
import { startServer } from '../support/server.ts';
import { production } from './production.ts';
import { ISSUER } from './token-kit.ts';

/** Gatehouse as it would be served, on a database that has been filled. */
const [, , databaseUrl = ''] = process.argv;
const { env, log, base } = await production(ISSUER);
await startServer({ yaml: operatorDeclaration, databaseUrl, env, log });
process.send?.(base);
