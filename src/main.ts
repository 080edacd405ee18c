#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { clientsCommand } from './cli/clients/index.ts';
import { eventsCommand } from './cli/events/index.ts';
import { keysCommand } from './cli/keys/index.ts';
import { load, run, STATUS } from './cli/run.ts';
import { tokensCommand } from './cli/tokens/index.ts';
import { usersCommand } from './cli/users/index.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('gatehouse')
  .description('Gatehouse, an OpenID Connect authorization server.')
  .version(version)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : STATUS.operator));

// Each command loads what it needs when it is called: one that looks up a user need not wait for a whole server.
program
  .command('start')
  .description('serve until SIGTERM')
  .action(() => run(async () => (await import('./cli/cluster.ts')).serve(load)));
program
  .command('migrate')
  .description('bring the database schema up to this version')
  .action(() => run(async () => (await import('./cli/migrate.ts')).migrate(load())));
program
  .command('doctor')
  .description('check settings, database, migrations, Redis, mail and keys')
  .option('--json', 'as JSON')
  .action((options: { json?: boolean }) =>
    run(async () => (await import('./cli/doctor.ts')).doctor(process.env, process.cwd(), options)),
  );
keysCommand(program.command('keys'));
usersCommand(program.command('users'));
tokensCommand(program.command('tokens'));
clientsCommand(program.command('clients'));
eventsCommand(program.command('events'));

await program.parseAsync();
