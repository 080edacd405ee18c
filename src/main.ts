#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { serve } from './cli/cluster.ts';
import { doctor } from './cli/doctor.ts';
import { migrate } from './cli/migrate.ts';
import { type Config, type LoadOptions, loadConfig } from './config/index.ts';
import { OperatorError } from './kernel/faults.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('gatehouse')
  .description('Gatehouse, an OpenID Connect authorization server.')
  .version(version)
  .showHelpAfterError();

program
  .command('start')
  .description('serve until SIGTERM')
  .action(() => run(() => serve(load)));
program.command('migrate').description('bring the database schema up to this version').action(withConfig(migrate));
program
  .command('doctor')
  .description('check settings, database, migrations, Redis, mail and keys')
  .option('--json', 'as JSON')
  .action((options: { json?: boolean }) => run(() => doctor(process.env, process.cwd(), options)));

await program.parseAsync();

function withConfig(command: (config: Config) => Promise<void>): () => Promise<void> {
  return () => run(() => command(load()));
}

function load(options?: LoadOptions): Config {
  return loadConfig(process.env, process.cwd(), options);
}

/** What only the operator can set right ends with one line a fault and status 2; anything else is a bug. */
async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    for (const { name, problem } of error.faults) process.stderr.write(`${name}: ${problem}\n`);
    process.exitCode = 2;
    // A worker would live on as long as its primary.
    process.channel?.unref();
  }
}
