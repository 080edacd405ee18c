import { randomBytes } from 'node:crypto';
import { operatorDeclaration } from '../support/operator.ts';
import { freePort } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

/** Gatehouse as it would be served, on a database with sessions in it. */
const [, , databaseUrl = ''] = process.argv;
const port = await freePort();
const env = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.bench.example',
  MASTER_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'Gatehouse <no-reply@bench.example>',
  WORKERS: '1',
  PORT: String(port),
};
await startServer({ yaml: operatorDeclaration, databaseUrl, env });
process.send?.(`http://127.0.0.1:${port}`);
