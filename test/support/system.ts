import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** How long a hook that may have to install something should wait: `this.timeout(installTimeout)`. */
export const installTimeout = 300_000;

/**
 * Makes sure that a program a test needs is there. A missing one is installed, or is an error that says how to
 * install it; never a reason to skip, since a suite that skips in silence proves nothing.
 */
export async function ensureCommand(command: string, debianPackage: string): Promise<void> {
  await ensure(command, () => isInstalled(command), debianPackage);
}

/** The same for a file of a package, such as a module of a server. */
export async function ensureFile(path: string, debianPackage: string): Promise<void> {
  await ensure(path, () => settles(access(path)), debianPackage);
}

async function ensure(what: string, isThere: () => Promise<boolean>, debianPackage: string): Promise<void> {
  if (await isThere()) return;
  const advice = `this test needs "${what}": apt-get install ${debianPackage}`;
  if (process.getuid?.() !== 0 || !(await isInstalled('apt-get'))) throw new Error(advice);
  await install(what, debianPackage).catch((error: unknown) => {
    throw new Error(`${advice} (tried, and it failed)`, { cause: error });
  });
  if (!(await isThere())) throw new Error(advice);
}

async function isInstalled(command: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const tries = folders.map((folder) => access(join(folder, command), constants.X_OK));
  return await settles(Promise.any(tries));
}

const settles = (tried: Promise<unknown>): Promise<boolean> =>
  tried.then(
    () => true,
    () => false,
  );

/** One at a time on this machine: mocha's workers may both find the program missing, and apt refuses a second. */
async function install(what: string, debianPackage: string): Promise<void> {
  const steps = `[ -e "$1" ] || command -v "$1" || { apt-get update && apt-get install -y --no-install-recommends "$2"; }`;
  const args = ['/tmp/gatehouse-apt.lock', 'sh', '-c', steps, 'sh', what, debianPackage];
  const child = promisify(execFile)('flock', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
  child.child.stdin?.end();
  await child;
}
