import type { Command } from 'commander';
import { run } from '../run.ts';
import { type ImportOptions, importFiles } from './import.ts';
import { inspect } from './inspect.ts';
import { list } from './list.ts';
import { reseal } from './reseal.ts';
import { revoke } from './revoke.ts';
import { type RotateOptions, rotate } from './rotate.ts';

/** `gatehouse keys …`: signing keys, one file a command. */
export function keysCommand(keys: Command): void {
  keys.description('look at signing keys, rotate, revoke and import them');
  keys
    .command('list')
    .description('list every key, with the dates of its life')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => run(() => list(options)));
  keys
    .command('inspect <kid>')
    .description('show one key’s public part and dates, as JSON')
    .action((kid: string) => run(() => inspect(kid)));
  keys
    .command('rotate')
    .description('let the next keys sign, once caches know them; until then exit with status 3')
    .option('--now', 'without waiting for caches')
    .option('--yes', 'without asking')
    .action((options: RotateOptions) => run(() => rotate(options)));
  keys
    .command('revoke <kid>')
    .description('end a key that somebody else may have, and what it signed')
    .option('--yes', 'without asking')
    .action((kid: string, options: { yes?: boolean }) => run(() => revoke(kid, options)));
  keys
    .command('import <file...>')
    .description('import private keys (PEM or JWK): all of them, or none')
    .option('--passphrase-stdin', 'they are encrypted; read the passphrase from standard input')
    .action((files: string[], options: ImportOptions) => run(() => importFiles(files, options)));
  keys
    .command('reseal')
    .description('seal every key with the newest master key')
    .action(() => run(reseal));
}
