import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emptyFolder } from '../support/process.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The fenced blocks of the README, by language, in order. */
async function blocks(language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
}

/** A copy of what git would check out, with nothing installed. */
async function checkout(folder: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(ROOT, file), join(folder, file)).catch((error) => assert.equal(error.code, 'ENOENT'));
  }
}

/** A Node of this major version: one that is on this machine, or else one from the registry, put into `folder`. */
async function nodeOf(major: number, folder: string): Promise<string> {
  const places = (process.env['PATH'] ?? '').split(':').map((place) => join(place, 'node'));
  for (const node of [process.execPath, ...places]) {
    const [version = '', path = ''] = await versionAndPath(node);
    if (version.startsWith(`v${major}.`)) return path;
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"allowScripts":{"node":true}}');
  await run('npm', ['install', '--no-save', `node@${major}`], { cwd: folder });
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}

/** Its own words, as what stands on a PATH may only pass on to a Node. */
const versionAndPath = (node: string): Promise<string[]> =>
  run(node, ['-p', 'process.version + "\\n" + process.execPath']).then(
    ({ stdout }) => stdout.split('\n'),
    () => [],
  );

/** The environment of a shell that is not within this run of npm and mocha, `bin` first on its PATH. */
function asOutside(bin: string): NodeJS.ProcessEnv {
  const ours = /^(npm_(lifecycle|package|command|node|exec|config_local)|INIT_CWD|GATEHOUSE_|MOCHA|NODE_COMPILE)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env['PATH'] ?? '').split(':').filter((entry) => !entry.includes('node_modules'));
  return { ...Object.fromEntries(kept), npm_config_prefer_offline: 'true', PATH: [bin, ...path].join(':') };
}

for (const major of [20, 24]) {
  describe(`the README, with Node ${major} on the PATH`, function () {
    this.timeout(180_000);
    const undo: (() => Promise<unknown>)[] = [];
    let folder: string;
    let env: NodeJS.ProcessEnv;
    let server: ChildProcess;

    before(async () => {
      const made = await emptyFolder();
      undo.push(made.remove);
      folder = join(made.path, 'gatehouse');
      await checkout(folder);
      const node = await nodeOf(major, join(made.path, 'node'));
      const bin = join(made.path, 'bin');
      await mkdir(bin);
      await symlink(node, join(bin, 'node'));
      env = asOutside(bin);
    });
    after(async () => {
      for (const step of undo.reverse()) await step();
    });

    const sh = (command: string, extra: NodeJS.ProcessEnv = {}) =>
      run('bash', ['-ec', command], { cwd: folder, env: { ...env, ...extra }, maxBuffer: 1e7 });

    it('npm ci && npm start', async () => {
      const { stdout } = await sh('node --version');
      assert.match(stdout, new RegExp(`^v${major}\\.`));
      const [start = ''] = await blocks('sh');
      assert.equal(start, 'npm ci && npm start\n');
      server = spawn('bash', ['-ec', start], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const runs = () => server.exitCode === null && server.signalCode === null;
      undo.push(async () => runs() && process.kill(-(server.pid ?? 0), 'SIGKILL'));
      let output = '';
      const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
      for (const stream of [server.stdout, server.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          if (output.includes('Gatehouse is ready')) resolve();
        });
      }
      server.once('exit', () => reject(new Error(output)));
      await ready;
      for (const told of ['/.well-known/openid-configuration', '/demo', 'demo-service'])
        assert.ok(output.includes(told));
    });

    it('npm ci && npm test finds its tests', async () => {
      const [, tests = ''] = await blocks('sh');
      assert.equal(tests, 'npm ci && npm test\n');
      // In one process: each worker would load all of Gatehouse anew.
      const { stdout } = await sh('npm test -- --dry-run --no-parallel');
      assert.match(stdout, /[1-9]\d+ passing/);
    });

    it('the curl gets a token, which the API of the README accepts', async () => {
      const [, , curl = ''] = await blocks('sh');
      const { access_token } = JSON.parse((await sh(curl)).stdout);
      const [source = ''] = await blocks('js');
      await writeFile(join(folder, 'api.mjs'), source);
      const api = spawn('node', ['api.mjs'], { cwd: folder, env, stdio: 'inherit' });
      undo.push(async () => api.kill('SIGKILL'));
      const call = (token: string) =>
        sh(`curl -s --retry 20 --retry-connrefused --retry-delay 1 -H 'authorization: Bearer ${token}' localhost:4000`);
      assert.equal((await call(access_token)).stdout, 'Hello demo-service, you may candidates:read\n');
      assert.equal((await call('nonsense')).stdout, '');
      api.kill('SIGKILL');
    });

    it('npx gatehouse doctor, before and after gatehouse.yaml was written', async () => {
      const [, , , doctor = ''] = await blocks('sh');
      assert.match((await sh(doctor)).stdout, /^ok +keys +2 open/m);
      const [yaml = ''] = await blocks('yaml');
      await writeFile(join(folder, 'gatehouse.yaml'), yaml);
      const SHOP_SECRET = 'x'.repeat(40);
      assert.match((await sh(doctor, { SHOP_SECRET })).stdout, /2 clients declared/);
      await assert.rejects(sh(doctor), (error: { code: number; stdout: string }) => {
        assert.equal(error.code, 2);
        assert.match(error.stdout, /SHOP_SECRET/);
        return true;
      });
    });

    it('Ctrl+C stops it', async () => {
      const ended = once(server, 'exit');
      process.kill(-(server.pid ?? 0), 'SIGINT');
      await ended;
      await assert.rejects(sh('curl -s localhost:3000/healthz'));
    });
  });
}
