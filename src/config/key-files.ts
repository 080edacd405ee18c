import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, type Settings } from './settings.ts';
import { text } from './values.ts';

const FOLDER = 'keys';
const ENDINGS = /\.(pem|key|jwk|json)$/;
/** Anybody who has an account on the machine. */
const OTHERS = 0o004;

/** A file of a private signing key, as it was mounted. */
export interface DeclaredKeyFile {
  /** From the working directory on: `keys/signing.pem`. */
  readonly name: string;
  readonly text: string;
  readonly passphrase: string | undefined;
  /** Anybody on this machine can read it; production refuses that. */
  readonly readableByAll: boolean;
}

/** Reads the private keys in `keys/` (PEM, JWK), to be imported at the start; KEYS_PASSPHRASE opens encrypted ones. */
export function readKeyFiles(settings: Settings, production: boolean): DeclaredKeyFile[] {
  const passphrase = settings.read<string | undefined>('KEYS_PASSPHRASE', text, undefined);
  const names = namesIn(settings).filter(
    (name) => ENDINGS.test(name) && !name.startsWith('.') && name !== 'master.key',
  );
  return names.sort().flatMap((file) => {
    const name = `${FOLDER}/${file}`;
    try {
      const path = join(settings.cwd, name);
      const readableByAll = (statSync(path).mode & OTHERS) !== 0;
      if (readableByAll && production) settings.fault(name, `can be read by everybody: chmod o-r ${name}`);
      return [{ name, text: readFileSync(path, 'utf8'), passphrase, readableByAll }];
    } catch (error) {
      settings.fault(name, `cannot be read (${errorCode(error)})`);
      return [];
    }
  });
}

function namesIn(settings: Settings): string[] {
  try {
    return readdirSync(join(settings.cwd, FOLDER));
  } catch (error) {
    // No folder; a file in its place is told of where the master key is looked for.
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error)))
      settings.fault(FOLDER, `cannot be read (${errorCode(error)})`);
    return [];
  }
}
