import type { Command } from 'commander';
import { run } from '../run.ts';
import type { ImportOptions } from './import.ts';
import type { RotateOptions } from './rotate.ts';

/** `gatehouse keys …`: signing keys, one file a command, loaded when it is called. */
export function keysCommand(keys: Command): void {
  keys.description('look at signing keys, rotate, revoke and import them');
  keys
    .command('list')
    .description('list every key, with the dates of its life')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => run(async () => (await import('./list.ts')).list(options)));
  keys
    .command('inspect <kid>')
    .description('show one key’s public part and dates, as JSON')
    // One kid in 64 begins with a dash, here and below.
    .allowUnknownOption()
    .action((kid: string) => run(async () => (await import('./inspect.ts')).inspect(kid)));
  keys
    .command('rotate')
    .description('let the next keys sign, once caches know them; until then exit with status 3')
    .option('--now', 'without waiting for caches')
    .option('--yes', 'without asking')
    .action((options: RotateOptions) => run(async () => (await import('./rotate.ts')).rotate(options)));
  keys
    .command('revoke <kid>')
    .description('end a key that somebody else may have, and what it signed')
    .option('--yes', 'without asking')
    .allowUnknownOption()
    .action((kid: string, options: { yes?: boolean }) =>
      run(async () => (await import('./revoke.ts')).revoke(kid, options)),
    );
  keys
    .command('import <file...>')
    .description('import private keys (PEM or JWK): all of them, or none')
    .option('--passphrase-stdin', 'they are encrypted; read the passphrase from standard input')
    .action((files: string[], options: ImportOptions) =>
      run(async () => (await import('./import.ts')).importFiles(files, options)),
    );
  keys
    .command('reseal')
    .description('seal every key with the newest master key')
    .action(() => run(async () => (await import('./reseal.ts')).reseal()));
}
