import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emptyFolder } from '../../support/process.ts';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** Tells at the end, on standard error, which packages the process has loaded. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const seen = new Set();
  registerHooks({ load(url, context, next) {
    seen.add(/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]);
    return next(url, context);
  } });
  process.on('exit', () => process.stderr.write('\\nloaded ' + [...seen].join(' ')));
`)}`;

/** The packages that a command loads before it finds nothing to work on. */
async function loads(...command: string[]): Promise<string[]> {
  const folder = await emptyFolder();
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const options = { cwd: folder.path, env: { PATH, NODE_COMPILE_CACHE } };
  const { stderr } = await run(process.execPath, ['--import', WATCH, MAIN, ...command], options)
    .catch((ended: { stderr: string }) => ended)
    .finally(folder.remove);
  return (/^loaded (.*)$/m.exec(stderr)?.[1] ?? '').split(' ');
}

/** Half a second of a core, each time that somebody calls a command. */
const SERVERS = ['oidc-provider', 'koa', 'redis', 'nodemailer', 'graphile-worker', 'prom-client'];

describe('what a command loads', () => {
  it('is next to nothing, to say its version', async () => {
    const loaded = await loads('--version');
    assert.ok(loaded.includes('commander'));
    assert.deepEqual(
      ['knex', ...SERVERS].filter((name) => loaded.includes(name)),
      [],
    );
  });

  for (const command of [
    ['keys', 'list'],
    ['users', 'list'],
  ]) {
    it(`is the database and no server, for ${command.join(' ')}`, async () => {
      const loaded = await loads(...command);
      assert.ok(loaded.includes('knex'));
      assert.deepEqual(
        SERVERS.filter((name) => loaded.includes(name)),
        [],
      );
    });
  }
});
