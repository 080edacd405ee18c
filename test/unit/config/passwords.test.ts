import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.ts';
import { assertFault, directory, faults, load, PRODUCTION } from './support.ts';

describe('config: passwords', () => {
  it('asks for breached ones in production, and not in development, unless the file says otherwise', () => {
    const inProduction = (yaml: string) => {
      const cwd = directory();
      writeFileSync(join(cwd, 'gatehouse.yaml'), yaml);
      return loadConfig(PRODUCTION, cwd).breachedPasswords;
    };
    assert.deepEqual(['{}', 'breached_passwords: true', 'breached_passwords: false'].map(inProduction), [
      true,
      true,
      false,
    ]);
    const inDevelopment = (yaml: string) => load({}, yaml).breachedPasswords;
    assert.deepEqual(['{}', 'breached_passwords: true', 'breached_passwords: false'].map(inDevelopment), [
      false,
      true,
      false,
    ]);
    assert.equal(loadConfig(PRODUCTION, directory()).breachedPasswords, true);
  });

  it('are hashed with OWASP’s figures, or as the file says', () => {
    const hashing = (yaml: string) => load({}, yaml).passwordHashing;
    assert.deepEqual(hashing('{}'), { memoryKib: 19_456, passes: 2 });
    assert.deepEqual(hashing('password_hashing:'), { memoryKib: 19_456, passes: 2 });
    assert.deepEqual(hashing('password_hashing: { memory_kib: 65536, passes: 3 }'), { memoryKib: 65_536, passes: 3 });
    assert.deepEqual(hashing('password_hashing: { memory_kib: 262144, passes: 4 }'), { memoryKib: 262_144, passes: 4 });
  });

  it('tells every fault at once, at its line', () => {
    const yaml = 'breached_passwords: perhaps\npassword_hashing:\n  memory_kib: 19455\n  passes: 5\n  lanes: 2\n';
    assert.deepEqual(
      faults(() => load({}, yaml)),
      [
        { name: 'gatehouse.yaml:1 breached_passwords', problem: 'must be true or false' },
        { name: 'gatehouse.yaml:3 password_hashing.memory_kib', problem: 'must be at least 19456' },
        { name: 'gatehouse.yaml:4 password_hashing.passes', problem: 'must be at most 4' },
        {
          name: 'gatehouse.yaml:5 password_hashing.lanes',
          problem: 'is not a known member: correct its spelling or remove it',
        },
      ],
    );
    assertFault(() => load({}, 'password_hashing: strong'), 'gatehouse.yaml:1 password_hashing', /a mapping/);
    assertFault(
      () => load({}, 'password_hashing: { passes: 1 }'),
      'gatehouse.yaml:1 password_hashing.passes',
      /at least 2/,
    );
  });
});
