import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { operatorError } from '../kernel/faults.ts';
import { Refusal } from './run.ts';

/**
 * Asks before something is broken; goes on at "y" or "yes" alone. Where nobody can be asked, `--yes` has to be said.
 * @throws Refusal when the answer is anything else.
 */
export async function confirm(question: string, { yes }: { yes?: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw operatorError('--yes', 'say it where nobody can be asked. Nothing was changed');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl+C and Ctrl+D close it, and are a no.
  const closed = once(terminal, 'close').then(() => undefined);
  const answered = terminal.question(`${question} [y/N] `).catch(() => undefined);
  const answer = await Promise.race([answered, closed]).finally(() => terminal.close());
  if (answer === undefined) process.stderr.write('\n');
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new Refusal('Nothing was changed.');
}
