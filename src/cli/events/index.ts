import type { Command } from 'commander';
import { run } from '../run.ts';
import type { LetterOptions } from './dead-letters.ts';
import type { ReplayOptions } from './replay.ts';
import type { TailOptions } from './tail.ts';

/** `gatehouse events …`: the log and its deliveries, one file a command, loaded when it is called. */
export function eventsCommand(events: Command): void {
  events.description('look at what has happened, and at how it is delivered');
  events
    .command('tail')
    .description('show the last events, and go on showing them with --follow')
    .option('--follow', 'until Ctrl+C')
    .option('--types <types>', 'of these types alone, comma separated, such as candidate.*')
    .option('--count <count>', 'how many of the past', '20')
    .option('--json', 'a line of JSON each (CloudEvents)')
    .action((options: TailOptions) => run(async () => (await import('./tail.ts')).tail(options)));
  events
    .command('sinks')
    .description('list where events are delivered to, and how far each is')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => run(async () => (await import('./sinks.ts')).sinks(options)));
  events
    .command('replay <sink>')
    .description('deliver again what a sink has had, under the same ids')
    .option('--since <time>', 'what happened from then on, such as 2026-11-26T09:00:00Z')
    .option('--position <position>', 'what stands behind this position')
    .option('--yes', 'without asking')
    .action((sink: string, options: ReplayOptions) =>
      run(async () => (await import('./replay.ts')).replaySink(sink, options)),
    );
  events
    .command('dead-letters')
    .description('list events that a sink has not taken and that were given up; try them again, or leave them')
    .option('--sink <sink>', 'of this sink alone')
    .option('--event <id>', 'this event alone; with --retry or --drop, and a sink')
    .option('--retry', 'try them again now')
    .option('--drop', 'leave them undelivered for good')
    .option('--yes', 'without asking')
    .option('--json', 'as JSON')
    .action((options: LetterOptions) => run(async () => (await import('./dead-letters.ts')).deadLetters(options)));
  events
    .command('verify')
    .description('find rows of the log that were changed or are missing')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => run(async () => (await import('./verify.ts')).verify(options)));
}
