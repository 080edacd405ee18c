import { type Command, Option } from 'commander';
import { run } from '../run.ts';
import type { CreateOptions } from './create.ts';
import { parseGrace } from './grace.ts';
import type { RotateOptions } from './rotate-secret.ts';

type Json = { readonly json?: boolean };
type Yes = { readonly yes?: boolean };

/** `gatehouse clients …`: applications, one file a command, loaded when it is called. */
export function clientsCommand(clients: Command): void {
  clients.description('make, find and change clients that no file declares');
  clients
    .command('create')
    .description('make a client; its secret is shown once')
    .option('--id <client_id>', 'what it is called by; without it, one that nobody has')
    .option('--name <name>', 'what people read')
    .option('--redirect-uri <uri>', 'where people are sent back to; several times for several', several)
    .option('--initiate-login-uri <uri>', 'where a sign-in is begun that starts here, such as an invited candidate’s')
    .option('--scope <scopes>', 'all that it may ask for, with spaces between')
    .option('--grant <type>', 'a grant type; several times for several (authorization_code)', several)
    .option('--public', 'it can keep no secret: it runs in a browser or on a phone')
    .option('--first-party', 'it is your own: nobody is asked for consent')
    .option('--file <client.json>', 'any member of a client (RFC 7591), as JSON')
    .option('--json', 'print it as JSON, the secret included')
    .action((options: CreateOptions) => run(async () => (await import('./create.ts')).create(options)));
  clients
    .command('list')
    .description('list every client, those of the file too')
    .option('--json', 'as JSON')
    .action((options: Json) => run(async () => (await import('./list.ts')).list(options)));
  clients
    .command('show <client_id>')
    .description('show one client, but for its secret')
    .option('--json', 'as JSON')
    .action((id: string, options: Json) => run(async () => (await import('./show.ts')).show(id, options)));
  clients
    .command('rotate-secret <client_id>')
    .description('make another secret; the one before works on for a while')
    .addOption(GRACE)
    .option('--yes', 'without asking')
    .option('--json', 'print it as JSON')
    .action((id: string, options: RotateOptions) =>
      run(async () => (await import('./rotate-secret.ts')).rotate(id, options)),
    );
  clients
    .command('disable <client_id>')
    .description('shut a client at once; it keeps what it has')
    .option('--yes', 'without asking')
    .action((id: string, options: Yes) => run(async () => (await import('./disable.ts')).disable(id, options)));
  clients
    .command('enable <client_id>')
    .description('open a client that was disabled')
    .action((id: string) => run(async () => (await import('./enable.ts')).enable(id)));
  clients
    .command('delete <client_id>')
    .description('remove a client with all that it holds')
    .option('--yes', 'without asking')
    .action((id: string, options: Yes) => run(async () => (await import('./delete.ts')).remove(id, options)));
}

const GRACE = new Option('--grace <time>', 'how long, such as 7d or 30m; 0: it ends at once')
  .argParser(parseGrace)
  .default(parseGrace('24h'), '24h');

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
