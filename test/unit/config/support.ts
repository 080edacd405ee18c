import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../../src/config/index.ts';
import { type Fault, OperatorError } from '../../../src/kernel/faults.ts';

export const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64');
export const OTHER_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index)).toString('base64');
export const SECRET = 'a-secret-of-more-than-thirty-two-characters';

/** The least that production asks for. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  DATABASE_URL: 'postgres://gatehouse:hidden@db/gatehouse',
  SMTP_URL: 'smtps://user:hidden@mail.example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
  MASTER_KEY: KEY,
};

/** An empty directory, gone when the process ends. */
export function directory(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(path, name), contents);
  return path;
}

/** Loads in a new directory, with MASTER_KEY set so that nothing is written. */
export function load(env: NodeJS.ProcessEnv = {}, yaml?: string): Config {
  return loadConfig({ MASTER_KEY: KEY, ...env }, directory(yaml === undefined ? {} : { 'gatehouse.yaml': yaml }));
}

/** What the operator is told. */
export function faults(run: () => unknown): readonly Fault[] {
  try {
    run();
  } catch (error) {
    if (error instanceof OperatorError) return error.faults;
    throw error;
  }
  return assert.fail('nothing was refused');
}

/** That there is one fault alone, and what it says. */
export function assertFault(run: () => unknown, name: string, problem: RegExp): void {
  const found = faults(run);
  assert.deepEqual(
    found.map((fault) => fault.name),
    [name],
    JSON.stringify(found),
  );
  assert.match(found[0]?.problem ?? '', problem);
}
