import cluster from 'node:cluster';
import { type Config, type LoadOptions, loadConfig } from '../config/index.ts';
import { OperatorError } from '../kernel/faults.ts';

/** Exit statuses that scripts can use; 0 is that it was done. */
export const STATUS = {
  /** What was asked for cannot be had, such as a user whom nobody knows. */
  refused: 1,
  /** A setting or the command itself has to be set right first. Nothing was changed. */
  operator: 2,
  /** Not yet: the same command does it later. */
  later: 3,
} as const;

/** What was asked for cannot be had; the message says what to do instead. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The settings of the folder that the command is run in. */
export function load(options?: LoadOptions): Config {
  return loadConfig(process.env, process.cwd(), options);
}

/** What an operator can set right is told in a line each, with its status; anything else is a bug, and shows as one. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (error instanceof Refusal) return end([error.message], STATUS.refused);
    if (!(error instanceof OperatorError)) throw error;
    end(
      error.faults.map(({ name, problem }) => `${name}: ${problem}`),
      STATUS.operator,
    );
    // A worker would live on as long as its primary.
    if (cluster.isWorker) process.channel?.unref();
  }
}

function end(lines: readonly string[], status: number): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = status;
}
