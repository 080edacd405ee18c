import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findEmbedded } from '../../adapters/postgres/embedded.ts';
import { stopPostmaster } from '../../adapters/postgres/embedded-binaries.ts';
import { emptyFolder, type GatehouseProcess, runGatehouse, type Stdin } from './process.ts';

export interface RunningProcess extends GatehouseProcess {
  /** What it printed to stderr so far. */
  stderr(): string;
}

/** What a command came to. */
export interface Outcome {
  readonly status: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Processes and folders of a test; whatever they leave behind is ended, also when the test fails. */
export class Running {
  readonly #processes: RunningProcess[] = [];
  readonly #folders: { path: string; remove(): Promise<void> }[] = [];

  async folder(): Promise<string> {
    const made = await emptyFolder();
    this.#folders.push(made);
    return made.path;
  }

  run(args: readonly string[], cwd: string, env: Record<string, string> = {}, stdin?: Stdin): RunningProcess {
    const gatehouse = runGatehouse(args, { cwd, env, stdin });
    let text = '';
    gatehouse.child.stderr?.on('data', (chunk: string) => {
      text += chunk;
    });
    const running = { ...gatehouse, stderr: () => text };
    this.#processes.push(running);
    return running;
  }

  /** Runs a command that ends by itself. */
  async command(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Outcome> {
    const running = this.run(args, cwd, env);
    const status = await running.ended();
    const stderr = running.stderr();
    return { status, stderr, stdout: running.output().replace(stderr, '') };
  }

  async endAll(): Promise<void> {
    for (const running of this.#processes.splice(0)) {
      running.kill('SIGKILL');
      await running.ended();
    }
    for (const folder of this.#folders.splice(0)) {
      const dir = postgresDir(folder.path);
      if ((await findEmbedded(dir)) !== undefined) await stopPostmaster(dir);
      await folder.remove();
    }
  }
}

/** Where a server that runs in `cwd` keeps its development database. */
export const postgresDir = (cwd: string): string => join(cwd, '.data', 'postgres');

/** The processes that work within a folder: PostgreSQL's, all of them, stand in their cluster's. */
export async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => places[index]?.startsWith(`${folder}/`));
}
