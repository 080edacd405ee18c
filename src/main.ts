#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { clientsCommand } from './cli/clients/index.ts';
import { doctor } from './cli/doctor.ts';
import { keysCommand } from './cli/keys/index.ts';
import { migrate } from './cli/migrate.ts';
import { load, run, STATUS } from './cli/run.ts';
import { tokensCommand } from './cli/tokens/index.ts';
import { usersCommand } from './cli/users/index.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('gatehouse')
  .description('Gatehouse, an OpenID Connect authorization server.')
  .version(version)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : STATUS.operator));

program
  .command('start')
  .description('serve until SIGTERM')
  // Only here: a command that looks up one user need not load the whole server first.
  .action(() => run(async () => (await import('./cli/cluster.ts')).serve(load)));
program
  .command('migrate')
  .description('bring the database schema up to this version')
  .action(() => run(() => migrate(load())));
program
  .command('doctor')
  .description('check settings, database, migrations, Redis, mail and keys')
  .option('--json', 'as JSON')
  .action((options: { json?: boolean }) => run(() => doctor(process.env, process.cwd(), options)));
keysCommand(program.command('keys'));
usersCommand(program.command('users'));
tokensCommand(program.command('tokens'));
clientsCommand(program.command('clients'));

await program.parseAsync();
