import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface GatehouseProcess {
  readonly child: ChildProcess;
  /** What it printed so far, both streams. */
  output(): string;
  /** Resolves when it serves; rejects with its output when it ends before. */
  ready(): Promise<void>;
  /** Its exit status, once it has ended; a signal's name where one ended it. */
  ended(): Promise<number | string | null>;
  kill(signal: NodeJS.Signals): void;
}

/** What it can read: all there is, or what there is so far. */
export type Stdin = string | { readonly more: string };

/** Where and with what a process is run. */
export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  readonly stdin?: Stdin | undefined;
}

/** The command line as a process of its own. */
export function runGatehouse(args: readonly string[], options: ProcessOptions): GatehouseProcess {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const env = { PATH, HOME, NODE_COMPILE_CACHE, ...options.env };
  const stdin = options.stdin === undefined ? 'ignore' : 'pipe';
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd, env, stdio: [stdin, 'pipe', 'pipe'] });
  child.stdin?.on('error', () => undefined);
  if (typeof options.stdin === 'string') child.stdin?.end(options.stdin);
  else child.stdin?.write(options.stdin?.more ?? '');
  let text = '';
  const { promise: isReady, resolve, reject } = Promise.withResolvers<void>();
  isReady.catch(() => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('Gatehouse is ready')) resolve();
    });
  }
  const end = once(child, 'close').then(([code, signal]) => {
    reject(new Error(`gatehouse ended before it was ready:\n${text}`));
    return (code ?? signal) as number | string | null;
  });
  return {
    child,
    output: () => text,
    ready: () => isReady,
    ended: () => end,
    kill: (signal) => void child.kill(signal),
  };
}

/** An empty folder, as a new user has one. */
export async function emptyFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-folder-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
