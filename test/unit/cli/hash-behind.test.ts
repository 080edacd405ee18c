import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MODULE = fileURLToPath(new URL('../../../src/cli/hash-behind.ts', import.meta.url));

/** The pool's threads and the others, each with its priority, in a process of its own. */
const PROGRAM = `
import { readFileSync, readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { hash } from 'argon2';
import { hashBehind } from ${JSON.stringify(MODULE)};
await hash('a password that is hashed');
const found = await hashBehind();
const threads = process.platform === 'linux' ? readdirSync('/proc/self/task') : [];
const named = threads.map((thread) => [readFileSync('/proc/self/task/' + thread + '/comm', 'utf8').trim(), getPriority(Number(thread))]);
console.log(JSON.stringify({ found, named }));
`;

describe('threads that hash', () => {
  it('[R12] come behind the one that answers, where threads have priorities', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM]);
    const { found, named } = JSON.parse(stdout) as { found: number; named: [string, number][] };
    const pool = named.filter(([name]) => name === 'libuv-worker');
    assert.equal(found, pool.length);
    assert.equal(pool.length > 0, process.platform === 'linux');
    assert.ok(pool.every(([, priority]) => priority === 10));
    assert.ok(named.filter(([name]) => name !== 'libuv-worker').every(([, priority]) => priority === 0));
  });
});
