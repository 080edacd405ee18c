import { Command, CommanderError } from 'commander';
import type { Outcome } from './running.ts';

/** Where and with what a command is run. */
interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Told what it writes to standard output, while it still runs. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs a command of the command line within the test's process, where a process of its own would take a second: with its
 * own folder, settings and output, and nobody to ask. One at a time.
 * @param declare adds the commands, as `src/main.ts` does
 */
export async function runHere(
  declare: (command: Command) => void,
  [name = '', ...args]: readonly string[],
  { cwd, env, onOutput }: Place,
): Promise<Outcome> {
  const program = new Command('gatehouse');
  declare(program.command(name));
  const restore = takeOver(cwd, env);
  const output = { stdout: capture(process.stdout, onOutput), stderr: capture(process.stderr) };
  try {
    await parse(program, [name, ...args]);
    return { status: Number(process.exitCode ?? 0), stdout: output.stdout.text(), stderr: output.stderr.text() };
  } finally {
    output.stdout.restore();
    output.stderr.restore();
    restore();
  }
}

/** What commander refuses is said by it, and ends the process there. */
async function parse(program: Command, args: readonly string[]): Promise<void> {
  for (const each of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    each.exitOverride();
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

function takeOver(cwd: string, env: Readonly<Record<string, string>>): () => void {
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode, isTTY: process.stdin.isTTY };
  process.chdir(cwd);
  process.env = { ...env };
  process.exitCode = undefined;
  process.stdin.isTTY = false;
  return () => {
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
    process.stdin.isTTY = before.isTTY;
  };
}

function capture(stream: NodeJS.WriteStream, tell?: (text: string) => void): { text(): string; restore(): void } {
  const { write, isTTY } = stream;
  let text = '';
  stream.isTTY = false;
  stream.write = ((chunk: string | Uint8Array) => {
    const more = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    text += more;
    tell?.(more);
    return true;
  }) as typeof stream.write;
  return {
    text: () => text,
    restore: () => {
      stream.write = write;
      stream.isTTY = isTTY;
    },
  };
}
