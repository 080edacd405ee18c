import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.ts';

/** A server in a process of its own, without jobs, to be killed. */
export interface Victim {
  readonly issuer: string;
  kill(): Promise<void>;
}

interface VictimOptions {
  readonly databaseUrl: string;
  readonly yaml: string;
  readonly env: Readonly<Record<string, string>>;
}

const FILE = fileURLToPath(import.meta.url);

/** @param folder where it may leave things behind */
export async function startVictim(options: VictimOptions, folder: string): Promise<Victim> {
  const child = fork(FILE, [JSON.stringify(options)], { env: { ...process.env, TMPDIR: folder } });
  const ended = once(child, 'close');
  const [issuer] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('no server'))),
  ]);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { issuer, kill };
}

/** In the process of its own. */
async function serve(child: Pick<ChildProcess, 'send'>, options: VictimOptions): Promise<void> {
  const { issuer } = await startServer(options);
  child.send(issuer);
}

const [, file, options = ''] = process.argv;
if (file === FILE && process.send) await serve(process as never, JSON.parse(options));
