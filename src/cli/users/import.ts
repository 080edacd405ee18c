import { type ImportCount, importUsers } from '../../accounts/index.ts';
import { grouped, Progress, plural } from '../progress.ts';
import { STATUS } from '../run.ts';
import { BadLines } from './bad-lines.ts';
import { Input } from './input.ts';
import { note, withAccounts } from './with-accounts.ts';

export interface ImportOptions {
  readonly errors?: string;
  readonly dryRun?: boolean;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** `users import`: takes users over from a file of JSON lines. Ctrl+C ends it after the batch that is being written. */
export async function importFile(file: string, { errors, dryRun = false }: ImportOptions): Promise<void> {
  const input = new Input(file);
  const progress = new Progress();
  const badLines = new BadLines(errors, input, progress);
  const onBatch = ({ imported, present }: ImportCount) =>
    progress.show({ count: imported + present, of: 'users' }, input.share);
  const stop = () => input.stop();
  for (const signal of SIGNALS) process.once(signal, stop);
  const count = await withAccounts((accounts) =>
    importUsers(accounts, input.lines(), { dryRun, onBadLine: badLines.tell, onBatch }),
  ).finally(() => {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
    progress.clear();
    badLines.close();
  });
  if (!dryRun) await note('import', { ...count });
  process.stdout.write(`${summary(count, dryRun)}${next(count, { errors, stopped: input.stopped })}`);
  if (count.bad > 0 || input.stopped) process.exitCode = STATUS.refused;
}

function summary({ imported, present, bad }: ImportCount, dryRun: boolean): string {
  const were = present > 0 ? `, ${grouped(present)} were there already` : '';
  const wrong = bad > 0 ? `, ${plural(bad, 'line')} could not be taken` : '';
  return dryRun
    ? `Checked only: ${plural(imported, 'user')} would be imported${were}${wrong}.\n`
    : `Imported ${plural(imported, 'user')}${were}${wrong}.\n`;
}

/** Done again, an import leaves alone what is there: that is how it goes on. */
function next(
  { line, bad }: ImportCount,
  { errors, stopped }: { errors: string | undefined; stopped: boolean },
): string {
  if (stopped) return `Stopped at line ${grouped(line)}. The same command goes on from there.\n`;
  if (bad === 0) return '';
  return `Set right what ${errors ?? 'is said above'} names, and run the same command again.\n`;
}
