import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { CONTEXT, readDockerfile, type Stage, said, visibleToBuild, words } from './dockerfile.ts';

/** A user that owns nothing and is in no group. */
export const NOBODY = 65_534;

export interface Ended {
  readonly status: number | string | null;
  readonly output: string;
}

export interface Container {
  readonly child: ChildProcess;
  output(): string;
  ended(): Promise<Ended>;
}

/**
 * What `docker build` would make of the Dockerfile, as a folder: the same copies, the same installation, read-only, and
 * run by an ordinary user. There is no Docker engine where the tests run; what this cannot show is the base image.
 */
export class Image {
  readonly stage: Stage;
  /** The image's working folder. */
  readonly app: string;
  readonly #dir: string;

  private constructor(dir: string, root: string, stage: Stage) {
    this.#dir = dir;
    this.stage = stage;
    this.app = join(root, workdir(stage));
  }

  static async build(): Promise<Image> {
    const dir = await mkdtemp(join(tmpdir(), 'gatehouse-image-'));
    await chmod(dir, 0o755);
    const stages = readDockerfile();
    for (const stage of stages) await buildStage(dir, stage);
    const last = stages.at(-1);
    if (last === undefined) throw new Error('the Dockerfile has no stage');
    const image = new Image(dir, rootOf(dir, last), last);
    await mkdir(join(dir, 'bin'));
    await copyFile(process.execPath, join(dir, 'bin', 'node'));
    await promisify(execFile)('chmod', ['-R', 'a+rX,a-w', image.app]);
    return image;
  }

  /** `docker run IMAGE …args`. */
  run(env: Readonly<Record<string, string>>, ...args: string[]): Container {
    const command = args.length > 0 ? args : words(this.stage, 'CMD');
    return this.exec([...words(this.stage, 'ENTRYPOINT'), ...command], env);
  }

  /** What the engine would run from time to time; its status. */
  async health(env: Readonly<Record<string, string>>): Promise<number | string | null> {
    return (await this.exec(words(this.stage, 'HEALTHCHECK'), env).ended()).status;
  }

  /** `docker exec`: any program of the image, as its user. */
  exec([program = '', ...args]: string[], settings: Readonly<Record<string, string>> = {}): Container {
    const own = said(this.stage, 'ENV').map((line) => line.split('=') as [string, string]);
    const env = { PATH: `${join(this.#dir, 'bin')}:/usr/bin:/bin`, ...Object.fromEntries(own), ...settings };
    const user = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--no-new-privs', program];
    const [file = '', ...rest] = process.getuid?.() === 0 ? ['setpriv', ...user, ...args] : [program, ...args];
    const child = spawn(file, rest, { cwd: this.app, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    const end = once(child, 'close').then(([code, signal]) => ({ status: code ?? signal, output: text }) as Ended);
    return { child, output: () => text, ended: () => end };
  }

  async remove(): Promise<void> {
    await promisify(execFile)('chmod', ['-R', 'u+w', this.#dir]);
    await rm(this.#dir, { recursive: true, force: true });
  }
}

const rootOf = (dir: string, stage: Stage) => join(dir, stage.name ?? 'final');

const workdir = (stage: Stage) => said(stage, 'WORKDIR')[0] ?? '/';

async function buildStage(dir: string, stage: Stage): Promise<void> {
  const app = join(rootOf(dir, stage), workdir(stage));
  await mkdir(app, { recursive: true });
  for (const { keyword, value } of stage.instructions) {
    if (keyword === 'COPY') await copy(dir, app, value);
    if (keyword === 'RUN') await shell(app, value);
  }
}

/** A folder's contents go into the target, a file into the target under its own name. */
async function copy(dir: string, app: string, value: string): Promise<void> {
  const [, from, paths = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(value) ?? [];
  const sources = paths.split(' ');
  const target = sources.pop() ?? '';
  if (posix.isAbsolute(target)) throw new Error(`COPY to an absolute path is not followed here: ${value}`);
  for (const source of sources) {
    if (from === undefined && !visibleToBuild().includes(source)) throw new Error(`.dockerignore hides ${source}`);
    const to = target.endsWith('/') ? join(app, target, posix.basename(source)) : join(app, target);
    // Nobody looks at an earlier stage again; copying ten thousand files takes as long as installing them.
    if (from === undefined) await cp(join(CONTEXT, source), to, { recursive: true });
    else await rename(join(dir, from, source), to);
  }
}

/** npm as a user has it: none of what `npm test` put into our environment. */
async function shell(cwd: string, command: string): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, npm_config_prefer_offline: 'true' };
  await promisify(execFile)('sh', ['-c', command], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
}

/** Every file and folder below, with what would show that it was written to. */
export async function fingerprint(dir: string): Promise<string[]> {
  const names = (await readdir(dir, { recursive: true })).sort();
  return Promise.all(
    ['.', ...names].map(async (name) => {
      const { mode, size, mtimeMs } = await lstat(join(dir, name));
      return `${name} ${mode} ${size} ${mtimeMs}`;
    }),
  );
}
