import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, type Reply } from './guarded.ts';
import { freePort } from './ports.ts';
import type { Certificate } from './self-signed.ts';
import { ensureCommand, ensureFile } from './system.ts';
import { until } from './until.ts';

const SHIPPED = fileURLToPath(new URL('../../deploy/gateway/', import.meta.url));
const APACHE_MODULES = '/usr/lib/apache2/modules';

/** A program before an API, as it is shipped. */
export interface Gateway {
  readonly port: number;
  ask(path: string, options?: Parameters<typeof ask>[1]): Promise<Reply>;
  /** What it printed. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  close(): Promise<void>;
}

/** What of a shipped file is another where a test runs it. */
export type Replacements = Readonly<Record<string, string>>;

/** A shipped file, with what a test replaces; all of it has to be there. */
export async function shipped(name: string, replacements: Replacements = {}): Promise<string> {
  let text = await readFile(join(SHIPPED, name), 'utf8');
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** nginx as Debian has it, with deploy/gateway/nginx.conf. */
export async function startNginx(tls: Certificate, replacements: Replacements): Promise<Gateway> {
  await ensureCommand('nginx', 'nginx');
  const [port, folder] = [await freePort(), await folderWith(tls)];
  const here = { 'listen 443 ssl': `listen 127.0.0.1:${port} ssl`, '/etc/nginx/tls': folder };
  await writeFile(join(folder, 'api.conf'), await shipped('nginx.conf', { ...here, ...replacements }));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  const main = `daemon off; pid ${folder}/nginx.pid; worker_processes 1; error_log stderr; events {}
http { access_log off; ${temporary.join(' ')} include ${folder}/api.conf; }`;
  await writeFile(join(folder, 'nginx.conf'), main);
  return run('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], port, folder);
}

/** Apache and mod_auth_openidc as Debian has them, with deploy/gateway/apache.conf. */
export async function startApache(tls: Certificate, replacements: Replacements): Promise<Gateway> {
  await ensureFile(join(APACHE_MODULES, 'mod_auth_openidc.so'), 'libapache2-mod-auth-openidc');
  await ensureCommand('apache2', 'apache2-bin');
  const [port, folder] = [await freePort(), await folderWith(tls)];
  const here = { '*:443': `127.0.0.1:${port}`, '/etc/apache2/tls': folder };
  await writeFile(join(folder, 'api.conf'), await shipped('apache.conf', { ...here, ...replacements }));
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'auth_openidc', 'headers', 'proxy', 'proxy_http', 'ssl'];
  const main = [
    `ServerRoot ${folder}`,
    `PidFile ${folder}/apache.pid`,
    `DefaultRuntimeDir ${folder}`,
    `ErrorLog ${folder}/error.log`,
    `Listen 127.0.0.1:${port}`,
    'ServerName localhost',
    'User www-data',
    'Group www-data',
    ...modules.map((name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`),
    `OIDCCABundlePath ${folder}/api.crt`,
    `Include ${folder}/api.conf`,
  ];
  await writeFile(join(folder, 'apache.conf'), main.join('\n'));
  return run('apache2', ['-D', 'FOREGROUND', '-d', folder, '-f', join(folder, 'apache.conf')], port, folder);
}

/** authorize.ts or gateway.ts of deploy/gateway. */
export async function startNode(name: string, tls: Certificate, settings: Replacements): Promise<Gateway> {
  const [port, folder] = [await freePort(), await folderWith(tls)];
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const here = { PATH, NODE_COMPILE_CACHE, NODE_EXTRA_CA_CERTS: join(folder, 'api.crt'), PORT: String(port) };
  return run(process.execPath, [join(SHIPPED, name)], port, folder, { ...here, ...settings });
}

async function folderWith({ certificate, key }: Certificate): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-gateway-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'api.crt'), certificate);
  await writeFile(join(folder, 'api.key'), key);
  return folder;
}

/** Runs a server until it listens. It is ended with the test's process, whatever becomes of that. */
async function run(command: string, args: string[], port: number, folder: string, env = process.env): Promise<Gateway> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const kill = () => void child.kill('SIGTERM');
  process.once('exit', kill);
  const close = async () => {
    process.removeListener('exit', kill);
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  await until(`${command} listens`, () => {
    if (child.exitCode !== null) throw new Error(`${command} ended:\n${text}`);
    return listens(port);
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const scheme = command === process.execPath ? 'http' : 'https';
  return {
    port,
    ask: (path, options) => ask(`${scheme}://localhost:${port}${path}`, options),
    output: () => text,
    signal: (name) => void child.kill(name),
    close,
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
