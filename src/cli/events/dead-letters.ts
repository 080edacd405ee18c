import { validate } from 'uuid';
import { type DeadLetter, dropDeadLetters, listDeadLetters, retryDeadLetters } from '../../events/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { confirm } from '../confirm.ts';
import { minute } from '../keys/list.ts';
import { noteChange } from '../note-change.ts';
import { printJson } from '../print-json.ts';
import { plural } from '../progress.ts';
import { Refusal } from '../run.ts';
import { table } from '../table.ts';
import { withEvents } from './with-events.ts';

export interface LetterOptions {
  readonly sink?: string;
  readonly event?: string;
  readonly retry?: boolean;
  readonly drop?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `events dead-letters`: what no sink has taken, and what to do with it. */
export async function deadLetters(options: LetterOptions): Promise<void> {
  if (options.retry && options.drop) throw operatorError('--drop', 'stands beside --retry: say one of the two');
  if (options.retry || options.drop) return act(options);
  const { sink } = options;
  const letters = await withEvents(({ db }) => listDeadLetters(db, { sink, after: -1, limit: 1000 }));
  if (options.json) return printJson({ items: letters.map(asJson) });
  if (letters.length === 0) return void process.stdout.write('There are no dead letters.\n');
  process.stdout.write(table(['SINK', 'EVENT', 'TYPE', 'TRIES', 'SINCE', 'LAST ERROR'], letters.map(row)));
  process.stdout.write('\nTry them again: gatehouse events dead-letters --sink <sink> --retry\n');
}

async function act({ sink, event, retry, ...options }: LetterOptions): Promise<void> {
  if (sink === undefined) throw operatorError('--sink', 'say of which sink');
  if (event !== undefined && !validate(event)) throw operatorError('--event', 'must be the id of an event');
  if (!retry) await confirm(`Leave these events of ${sink} undelivered for good?`, options);
  const found = await withEvents(({ db }) => (retry ? retryDeadLetters : dropDeadLetters)(db, sink, event));
  if (found === 0) throw new Refusal('There is no such dead letter: see gatehouse events dead-letters');
  await noteChange(retry ? 'events.retry' : 'events.drop', { sink, events: found });
  const letters = plural(found, 'dead letter');
  process.stdout.write(retry ? `${letters} of ${sink} will be tried again now.\n` : `Dropped ${letters} of ${sink}.\n`);
}

const asJson = ({ eventId, firstFailedAt, lastError, ...letter }: DeadLetter) => ({
  ...letter,
  event_id: eventId,
  first_failed_at: firstFailedAt,
  last_error: lastError,
});

const row = ({ sink, eventId, type, attempts, firstFailedAt, lastError }: DeadLetter): string[] => [
  ...[sink, eventId, type ?? '–', String(attempts), minute(firstFailedAt), lastError],
];
