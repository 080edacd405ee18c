import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { operatorError } from '../../kernel/faults.ts';
import { type Imported, importKeys, type KeyFile } from '../../keys/index.ts';
import { Refusal } from '../run.ts';
import { withOwnKeys } from './with-keys.ts';

export interface ImportOptions {
  readonly passphraseStdin?: boolean;
}

/** `keys import`: private keys from files, all of them or none. */
export async function importFiles(paths: readonly string[], { passphraseStdin }: ImportOptions): Promise<void> {
  const passphrase = passphraseStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const files = await Promise.all(paths.map((path) => open(path, passphrase)));
  const imported = await withOwnKeys((parts) => importKeys(parts, files)).catch((error: unknown) => {
    if (!(error instanceof AggregateError)) throw error;
    throw new Refusal([...error.errors.map(({ message }) => message), 'No key was imported.'].join('\n'));
  });
  for (const { name, kid, state } of imported) process.stdout.write(`${name}: ${kid} ${SAYS[state]}\n`);
}

const SAYS: Readonly<Record<Imported['state'], string>> = {
  known: 'is there already.',
  active: 'signs from now on.',
  pending: 'is published, and signs when it is its turn.',
  retiring: 'is being retired.',
  retired: 'was retired.',
};

async function open(name: string, passphrase: string | undefined): Promise<KeyFile> {
  try {
    const { mode } = await stat(name);
    if (mode & 0o004) {
      const problem = 'can be read by everybody on this machine';
      if (process.env['NODE_ENV'] === 'production') throw operatorError(name, `${problem}: chmod o-r ${name}`);
      process.stderr.write(`${name} ${problem}: chmod o-r ${name}\n`);
    }
    return { name, text: await readFile(name, 'utf8'), passphrase };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code ? operatorError(name, `cannot be read (${code})`) : error;
  }
}
