import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer, type TestServer } from '../../support/server.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('docs/applications.md, on DPoP', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ demo: true });
  });
  after(() => server.close());

  it('has a program that does what it says, against a development server', async () => {
    const text = await readFile(join(ROOT, 'docs/applications.md'), 'utf8');
    const [, program = '', printed] = /```js\n(.*?)```\n\nprints `([^`]*)`/s.exec(text) ?? [];
    const moved = program.replaceAll('http://localhost:3000', server.issuer);
    assert.notEqual(moved, program);
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', moved], { cwd: ROOT });
    assert.equal((await run).stdout.trim(), printed);
  });
});
