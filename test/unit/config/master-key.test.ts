import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadConfig } from '../../../src/config/index.ts';
import { assertFault, directory, faults } from './support.ts';

const DOOR = new URL('../../../src/config/index.ts', import.meta.url).href;

/** A process that loads its configuration when it is told to, and says which key it got. */
function contender(cwd: string) {
  const script = `
    const { loadConfig } = await import(${JSON.stringify(DOOR)});
    process.stdout.write('ready');
    process.stdin.once('data', () => {
      console.log(loadConfig({}, ${JSON.stringify(cwd)}).masterKeys[0].toString('hex'));
      process.exit();
    });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
}

describe('config: the development master key', () => {
  it('is made once, readable by its owner alone, and read again', () => {
    const cwd = directory();
    const path = join(cwd, 'keys', 'master.key');
    const [first] = loadConfig({}, cwd).masterKeys;
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(readFileSync(path, 'utf8'), `${first?.toString('base64')}\n`);
    assert.deepEqual(loadConfig({}, cwd).masterKeys, [first]);
    assert.notDeepEqual(loadConfig({}, directory()).masterKeys, [first]);
  });

  it('is the same for two processes that start at once', async () => {
    const cwd = directory();
    const processes = [contender(cwd), contender(cwd)];
    await Promise.all(processes.map((child) => once(child.stdout, 'data')));
    for (const child of processes) child.stdin.write('go');
    const [one, other] = await Promise.all(processes.map((child) => text(child.stdout)));
    assert.match(one ?? '', /^[0-9a-f]{64}\n$/);
    assert.equal(one, other);
    assert.deepEqual(readdirSync(join(cwd, 'keys')), ['master.key']);
  });

  it('is not made while something else is at fault', () => {
    const cwd = directory();
    faults(() => loadConfig({ PORT: 'x' }, cwd));
    assert.equal(existsSync(join(cwd, 'keys')), false);
  });

  it('is never replaced: a malformed one is a fault that does not repeat it', () => {
    const cwd = directory();
    mkdirSync(join(cwd, 'keys'));
    writeFileSync(join(cwd, 'keys', 'master.key'), 'hidden\n');
    const found = faults(() => loadConfig({ PORT: 'x' }, cwd));
    assert.deepEqual(
      found.map(({ name }) => name),
      ['PORT', 'keys/master.key'],
    );
    assert.equal(JSON.stringify(found).includes('hidden'), false);
    assert.equal(readFileSync(join(cwd, 'keys', 'master.key'), 'utf8'), 'hidden\n');
  });

  it('is a fault where it cannot be made', () => {
    assertFault(() => loadConfig({}, directory({ keys: 'a file' })), 'keys/master.key', /set MASTER_KEY/);
  });
});
