import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Every file of ours that may talk to the database, by its path. */
async function sources(): Promise<string[]> {
  const folders = ['src', 'adapters'].map((folder) => readdir(`${ROOT}${folder}`, { recursive: true }));
  const [own, adapters] = await Promise.all(folders);
  const paths = [...(own ?? []).map((path) => `src/${path}`), ...(adapters ?? []).map((path) => `adapters/${path}`)];
  return paths.filter((path) => path.endsWith('.ts'));
}

const WRITES: Readonly<Record<string, RegExp>> = {
  inserts: /insert into events\b|\(['"]events['"]\)[^;]*\.insert\(/,
  updates: /update events\b|\(['"]events['"]\)[^;]*\.update\(/,
  deletes: /delete from events\b|\(['"]events['"]\)[^;]*\.del(ete)?\(/,
};

describe('the log of events, in the code', () => {
  it('is appended to in one place, and changed for the chain and for who is erased alone', async () => {
    const found: string[] = [];
    for (const path of await sources()) {
      const text = await readFile(ROOT + path, 'utf8');
      for (const [what, pattern] of Object.entries(WRITES)) if (pattern.test(text)) found.push(`${what} ${path}`);
    }
    assert.deepEqual(found.sort(), [
      'inserts src/events/append-store.ts',
      'updates src/events/seal-store.ts',
      'updates src/events/store.ts',
    ]);
  });
});
