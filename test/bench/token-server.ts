import { randomBytes } from 'node:crypto';
import { hashBehind } from '../../src/cli/hash-behind.ts';
import { POLICY } from '../../src/limits/index.ts';
import { freePort } from '../support/ports.ts';
import { startServer } from '../support/server.ts';
import { nowhere } from './log.ts';
import { populate } from './people.ts';
import { declared, ISSUER } from './token-kit.ts';

/** Gatehouse itself on the database that it is given, as it would be served, but for the proxy in front. */
const [, , databaseUrl = ''] = process.argv;
const port = await freePort();
const env = {
  NODE_ENV: 'production',
  ISSUER,
  MASTER_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'Gatehouse <no-reply@bench.example>',
  WORKERS: '1',
  PORT: String(port),
};
const limits = { ...POLICY, sign_in: { network: { points: 1_000_000, seconds: 60 } } };
const server = await startServer({ yaml: declared(), limits, env, databaseUrl, log: nowhere() });
await populate(server.db);
await hashBehind();
process.send?.(`http://127.0.0.1:${port}`);
