import { verifyEvents } from '../../events/index.ts';
import { printJson } from '../print-json.ts';
import { Progress, plural } from '../progress.ts';
import { STATUS } from '../run.ts';
import { withEvents } from './with-events.ts';

/** `events verify`: whether the log is as it was written; exit status 1 where it is not. */
export async function verify({ json }: { json?: boolean }): Promise<void> {
  const progress = new Progress();
  const { rows, breaks, chains } = await withEvents(({ db }) =>
    verifyEvents(db, (count) => progress.show({ count, of: 'events' }, undefined)),
  );
  progress.clear();
  if (breaks.length > 0) process.exitCode = STATUS.refused;
  const heads = chains.map(({ month, position, hash }) => ({ month, position, hash: hash.toString('hex') }));
  if (json) return printJson({ rows, breaks: breaks.map((each) => ({ ...each, id: each.id ?? null })), chains: heads });
  for (const { month, id, position } of breaks) {
    const what = id === undefined ? 'the end is missing, up to' : `${id} was changed, or one before it is missing, at`;
    process.stdout.write(`${month.replace('_', '-')}: ${what} position ${position}\n`);
  }
  const verdict = breaks.length === 0 ? 'All of it is as it was written.' : `${plural(breaks.length, 'break')}.`;
  process.stdout.write(`${plural(rows, 'event')} looked at. ${verdict}\n`);
  for (const { month, position, hash } of heads)
    process.stdout.write(`${month.replace('_', '-')} to position ${position}: ${hash}\n`);
  if (heads.length > 0) process.stdout.write('Note these elsewhere: they show that nobody has made a chain anew.\n');
}
