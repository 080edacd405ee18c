import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export const templateName = 'gatehouse_template';

export interface TestDatabase {
  readonly url: string;
  /** Ends what still uses the database, and removes it. */
  drop(): Promise<void>;
}

/** A database of its own for a test file: every migration applied, no rows. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return await create(`template ${templateName} strategy file_copy`);
}

/** A database without a schema: for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return await create('template template0 strategy file_copy');
}

async function create(source: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withRetries(() => administer(`create database ${name} ${source}`));
  return { url: urlFor(name), drop: () => drop(name) };
}

/** The URL of another database on the server of this run. */
export function urlFor(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

/** Who has just hung up is let go: a client that is told so by force after its end has nobody left to hear it. */
async function drop(name: string): Promise<void> {
  await withRetries(() => administer(`drop database if exists ${name}`), 500).catch(() =>
    administer(`drop database if exists ${name} with (force)`),
  );
}

/** Runs one statement on the run's server, beside the test databases. */
export async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['GATEHOUSE_TEST_DATABASE'];
  if (url === undefined) throw new Error('no test database: run through mocha, which loads test/support/fixtures.ts');
  return url;
}

/** object_in_use: someone, such as autovacuum or another run's setup, has the template open for a moment. */
async function withRetries(work: () => Promise<void>, patience = 10_000): Promise<void> {
  for (const until = Date.now() + patience; ; await pause(25)) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || Date.now() > until) throw error;
    }
  }
}
