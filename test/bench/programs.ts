import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hashSecret } from '../../src/clients/secret.ts';
import { SECRET } from '../support/declaration.ts';

/** A program of the bench in a process of its own, and the first thing it said. */
export interface Program<Said> {
  readonly child: ChildProcess;
  readonly said: Said;
}

type Name =
  | 'server'
  | 'argon2-floor'
  | 'flooder'
  | 'token-server'
  | 'token-floor'
  | 'bare-engine'
  | 'bare-koa'
  | 'save-server'
  | 'save-floor'
  | 'relay-server'
  | 'relay-floor';

/** Runs a program of this folder for as long as `work` takes; `options` may have it run on some cores alone. */
export async function withProgram<Said, Result>(
  name: Name,
  args: readonly string[],
  work: (program: Program<Said>) => Promise<Result>,
  options: ForkOptions = {},
): Promise<Result> {
  const env = { ...process.env, BENCH_SECRET_HASH: hashSecret(SECRET) };
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), args, { env, ...options });
  try {
    return await work({ child, said: await nextMessage(child) });
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * Listens to a program from now on, for the newest that it has said; where that is nothing yet, for what it says next.
 * Rejects when it has ended.
 */
export function listenTo<Said>(child: ChildProcess): () => Promise<Said> {
  let newest: Said | undefined;
  child.on('message', (said: Said) => {
    newest = said;
  });
  return async () => {
    if (child.exitCode !== null) throw ended(child, child.exitCode);
    return newest ?? (await nextMessage<Said>(child));
  };
}

/** What a program says next. Rejects when it ends instead. */
export async function nextMessage<Said>(child: ChildProcess): Promise<Said> {
  const gone = once(child, 'exit').then(([code]) => {
    throw ended(child, code);
  });
  const [said] = await Promise.race([once(child, 'message'), gone]);
  return said;
}

const ended = (child: ChildProcess, code: number | null): Error =>
  new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}`);
