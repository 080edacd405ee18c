import { randomBytes } from 'node:crypto';
import { linesTo } from '../../src/telemetry/index.ts';
import { freePort } from '../support/ports.ts';

/** How a server of the bench is started. */
export interface Production {
  readonly env: Readonly<Record<string, string>>;
  readonly log: ReturnType<typeof linesTo>;
  /** Where it answers: nothing stands in front. */
  readonly base: string;
}

/** As it would be served, but for the proxy in front and the mail server, which nobody writes to. */
export async function production(issuer: string): Promise<Production> {
  const port = await freePort();
  const env = {
    NODE_ENV: 'production',
    ISSUER: issuer,
    MASTER_KEY: randomBytes(32).toString('base64'),
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'Gatehouse <no-reply@bench.example>',
    // This one process has all the cores that it may run on.
    WORKERS: '1',
    PORT: String(port),
  };
  // Lines are written, and thrown away: kept ones would be searched by every collection of garbage.
  const log = linesTo('/dev/null');
  return { env, log, base: `http://127.0.0.1:${port}` };
}
