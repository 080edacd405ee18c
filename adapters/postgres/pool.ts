import knex, { type Knex } from 'knex';
import pg from 'pg';
import { operatorError } from '../../src/kernel/faults.ts';
import { parseJson } from '../../src/kernel/json.ts';
import { ConnectionPool } from './connection-pool.ts';

export interface DatabaseOptions {
  readonly max?: number;
  readonly applicationName?: string;
  readonly statementTimeoutMs?: number;
}

const { INT8, JSON: json, JSONB } = pg.types.builtins;

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, Number],
  [json, parseJson],
  [JSONB, parseJson],
]);

/** For this pool only: changing pg's global parsers would change them for the job worker too. */
const types = {
  getTypeParser: (oid: number, format?: string) =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format as 'text'),
};

/** A pool of connections. Opens none before the first query, and never prints a bound value. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Knex {
  requireUrl(url);
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: options.applicationName ?? 'gatehouse',
      statement_timeout: options.statementTimeoutMs ?? false,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      types,
    },
    pool: { min: 0, max: options.max ?? 10, idleTimeoutMillis: 30_000 },
    acquireConnectionTimeout: 5_000,
    // Messages carry $1, not what was bound to it: addresses and digests stay out of the log.
    compileSqlOnError: false,
    // Knex prints what it also throws, and each pooled connection a restarted server has cut.
    log: { warn: () => undefined, error: () => undefined },
  });
  const { client } = db;
  client.pool = new ConnectionPool(client.getPoolSettings(client.config.pool));
  return db;
}

/** As pg reads it, which knows forms that `URL` refuses, such as the socket's. The cause would show the password. */
function requireUrl(url: string): void {
  try {
    if (/^postgres(ql)?:\/\//.test(url)) return void new pg.Client({ connectionString: url });
  } catch {
    // told below
  }
  throw operatorError('DATABASE_URL', 'is not a URL of PostgreSQL, such as postgres://user@host:5432/database');
}

const problems: Record<string, string> = {
  ECONNREFUSED: 'refuses connections: does PostgreSQL run there?',
  ECONNRESET: 'closed the connection: is it PostgreSQL?',
  ENOTFOUND: 'is not a known host',
  EAI_AGAIN: 'cannot be looked up just now: is DNS reachable?',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENOENT: 'has no socket of PostgreSQL: does it run?',
  ETIMEDOUT: 'does not answer',
  '28P01': 'refuses this user and password',
  '28000': 'does not let this user in',
  '3D000': 'has no such database',
  '42501': 'does not let this user use the database',
  '53300': 'has no connection left for us',
  '57P03': 'is starting up or shutting down',
};

/** Asks the database one question, and says in the operator's words what is wrong when it does not answer. */
export async function checkDatabase(db: Knex): Promise<void> {
  try {
    await db.raw('select 1');
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    throw operatorError('DATABASE_URL', `${addressOf(db)} ${problem}`, error);
  }
}

function problemOf(error: unknown): string | undefined {
  const { code, name, message = '' } = error as { code?: string; name?: string; message?: string };
  if (code !== undefined && problems[code] !== undefined) return problems[code];
  if (name === 'KnexTimeoutError' || /timeout/i.test(message)) return problems['ETIMEDOUT'];
  if (/terminated unexpectedly/.test(message)) return problems['ECONNRESET'];
  if (/SSL|TLS|certificate/i.test(message)) return `and this URL disagree about TLS (${message})`;
  if (/password must be a string/.test(message)) return 'asks for a password, and the URL has none';
  return undefined;
}

/** host:port/database as pg understood the URL: without user and password. */
function addressOf(db: Knex): string {
  const { host, port, database } = new pg.Client(db.client.connectionSettings);
  return host.startsWith('/') ? `${host}/${database}` : `${host}:${port}/${database}`;
}
