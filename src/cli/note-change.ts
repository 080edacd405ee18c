import { userInfo } from 'node:os';
import type { Logger } from '../telemetry/index.ts';
import { load } from './run.ts';

/**
 * Notes who changed what, without names, addresses, links or secrets: a line of the log on standard error, where a log is
 * kept. A terminal shows what happened already.
 * @param action such as `users.disable`
 */
export async function noteChange(action: string, subject: Readonly<Record<string, unknown>>): Promise<void> {
  if (process.stderr.isTTY) return;
  const { createLogger } = await import('../telemetry/index.ts');
  logger ??= await createLogger(load({ makeKey: false }).logLevel, process.stderr);
  logger.info({ action, ...subject, operator: userInfo().username }, 'changed by the command line');
}

let logger: Logger | undefined;
