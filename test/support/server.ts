import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { DestinationStream } from 'pino';
import { listen } from '../../src/cli/start.ts';
import { compose, type Gatehouse, type Overrides } from '../../src/compose.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/telemetry/index.ts';
import { declaration } from './declaration.ts';
import { QUICK } from './password-hashing.ts';
import { freePort } from './ports.ts';
import { createTestDatabase } from './postgres.ts';

export interface TestServer {
  readonly issuer: string;
  readonly config: Config;
  readonly db: Knex;
  readonly gatehouse: Gatehouse;
  /** Everything that was logged, as one text. */
  logs(): string;
  close(): Promise<void>;
}

export interface TestServerOptions extends Overrides {
  readonly env?: Readonly<Record<string, string>>;
  /** The declarative file; that of `declaration.ts` where nothing is said. */
  readonly yaml?: string;
  /** No file at all, as a new user starts: the demo applications and their clients exist. */
  readonly demo?: boolean;
  /** Another server's database, for two nodes on one. */
  readonly databaseUrl?: string;
  /** Hashes passwords with what is set, or the default; otherwise quickly. */
  readonly hashingInFull?: boolean;
  /** Where lines of level info and above go, as in production; otherwise all are kept, for `logs()`. */
  readonly log?: DestinationStream;
}

/** A whole server within the test's process, on a database of its own: real HTTP, real PostgreSQL. */
export async function startServer({
  env,
  yaml,
  demo,
  databaseUrl,
  hashingInFull,
  log,
  ...overrides
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  if (!demo) await writeFile(join(folder, 'gatehouse.yaml'), withoutMail(yaml ?? declaration));
  const database = databaseUrl ? undefined : await createTestDatabase();
  const port = Number(env?.['PORT'] ?? (await freePort()));
  const settings = { PORT: String(port), DATABASE_URL: databaseUrl ?? database?.url, ...env };
  const configured = loadConfig(settings, folder);
  const config = hashingInFull ? configured : { ...configured, passwordHashing: QUICK };
  const lines: string[] = [];
  const kept = { write: (line: string) => void lines.push(line) };
  const logger = log ? await createLogger('info', log) : await createLogger('debug', kept);
  const gatehouse = await compose(config, logger, { jobs: false, ...overrides });
  const { server, serve } = await listen(port, '127.0.0.1');
  serve(gatehouse.handler);
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await gatehouse.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { issuer: config.issuer, config, db: gatehouse.db, gatehouse, logs: () => lines.join(''), close };
}

/** Most tests are about something else than mail: whoever registers there is in at once, unless the file says otherwise. */
function withoutMail(yaml: string): string {
  return yaml.includes('require_verified_email') ? yaml : `require_verified_email: false\n${yaml}`;
}
