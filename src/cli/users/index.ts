import { type Command, InvalidArgumentError, Option } from 'commander';
import { LOCALES } from '../../i18n/index.ts';
import { run } from '../run.ts';
import type { CreateOptions } from './create.ts';
import type { ImportOptions } from './import.ts';
import type { ListOptions } from './list.ts';

const WHO = '<email|id>';

/** `gatehouse users …`: people, one file a command, loaded when it is called. */
export function usersCommand(users: Command): void {
  users.description('make, find and change people’s accounts');
  users
    .command('create <email>')
    .description('make an account, and a link to set its password')
    .option('--name <name>', 'what they are called')
    .addOption(new Option('--locale <locale>', 'their language').choices(LOCALES))
    .option('--verified', 'the address is known to be theirs')
    .option('--mail', 'mail the link instead of printing it')
    .option('--password-stdin', 'set this password, read from standard input')
    .action((email: string, options: CreateOptions) =>
      run(async () => (await import('./create.ts')).create(email, options)),
    );
  users
    .command('list')
    .description('list accounts, oldest first')
    .option('--q <text>', 'with this in the address or the name')
    .addOption(new Option('--status <status>', 'in this state').choices(['active', 'disabled']))
    .option('--limit <count>', 'so many at once, 1 to 1000', pageSize, 20)
    .option('--cursor <cursor>', 'go on after the page that named it')
    .option('--json', 'as JSON')
    .action((options: ListOptions) => run(async () => (await import('./list.ts')).list(options)));
  users
    .command(`show ${WHO}`)
    .description('show one account')
    .option('--json', 'as JSON')
    .action((who: string, options: { json?: boolean }) =>
      run(async () => (await import('./show.ts')).show(who, options)),
    );
  users
    .command(`verify ${WHO}`)
    .description('take the address as proved')
    .action((who: string) => run(async () => (await import('./verify.ts')).verify(who)));
  users
    .command(`logout ${WHO}`)
    .description('sign somebody out everywhere; their sessions and tokens end')
    .option('--yes', 'without asking')
    .action((who: string, options: { yes?: boolean }) =>
      run(async () => (await import('./logout.ts')).logout(who, options)),
    );
  users
    .command(`disable ${WHO}`)
    .description('shut an account; its sessions and tokens end')
    .option('--yes', 'without asking')
    .action((who: string, options: { yes?: boolean }) =>
      run(async () => (await import('./disable.ts')).disable(who, options)),
    );
  users
    .command(`enable ${WHO}`)
    .description('open an account that was disabled')
    .action((who: string) => run(async () => (await import('./enable.ts')).enable(who)));
  users
    .command(`reset-link ${WHO}`)
    .description('print a link that sets a new password, once, for 30 minutes')
    .action((who: string) => run(async () => (await import('./reset-link.ts')).resetLink(who)));
  users
    .command('import <file>')
    .description('take users over from a file of JSON lines, or from standard input (-)')
    .option('--errors <file>', 'write what is wrong with bad lines into a file')
    .option('--dry-run', 'check, and write nothing')
    .action((file: string, options: ImportOptions) =>
      run(async () => (await import('./import.ts')).importFile(file, options)),
    );
}

function pageSize(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw new InvalidArgumentError('Say a number from 1 to 1000.');
  return count;
}
