import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, type Settings } from './settings.ts';
import { InvalidValue } from './values.ts';

/** Where development keeps its master key, under the working directory. Production never looks here. */
export const MASTER_KEY_FILE = join('keys', 'master.key');

/** 32 bytes as base64 or base64url. */
export function parseMasterKey(text: string): Buffer {
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  throw new InvalidValue(
    'must be 32 bytes as base64 (openssl rand -base64 32); several, comma separated, newest first',
  );
}

/** A master key for production: one byte thirty-two times over is a placeholder somebody left in. */
export function parseStrongMasterKey(text: string): Buffer {
  const key = parseMasterKey(text);
  if (key.some((byte) => byte !== key[0])) return key;
  throw new InvalidValue('is a placeholder, all of its bytes are the same: set random ones (openssl rand -base64 32)');
}

/**
 * Development's master key: made at the first start, the same ever after. Nothing is made while other settings
 * are at fault. A malformed file is a fault, never replaced: it may be the only copy of what sealed the keys.
 */
export function developmentMasterKeys(settings: Settings, options: { readonly make: boolean }): Buffer[] {
  const path = join(settings.cwd, MASTER_KEY_FILE);
  try {
    const text = readKey(path) ?? (options.make && settings.faults.length === 0 ? makeKey(path) : undefined);
    return text === undefined ? [] : [parseMasterKey(text.trim())];
  } catch (error) {
    settings.fault(MASTER_KEY_FILE, keyFileProblem(error));
    return [];
  }
}

function keyFileProblem(error: unknown): string {
  if (error instanceof InvalidValue)
    return 'is malformed: restore it, or remove it together with the development database';
  return `cannot be read or made (${errorCode(error)}): make it accessible, or set MASTER_KEY`;
}

function readKey(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Written whole under a name of its own, then linked into place: the link fails where the key is already there,
 * so of two processes that start at once both read the one that came first, and neither reads half of it.
 */
function makeKey(path: string): string {
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, 'utf8');
}
