import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { openTestDatabase } from '../support/database.ts';

const PAGE = new URL('../../docs/retention.md', import.meta.url);

describe('docs/retention.md', () => {
  it('tells of every table that there is', async () => {
    const [, rows = ''] = /^## PostgreSQL\n(.*?)^A person/ms.exec(await readFile(PAGE, 'utf8')) ?? [];
    const told = [...rows.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(
      ([, names = '']) => names.match(/[a-z_]+(?=`)/g) ?? [],
    );
    const { db, close } = await openTestDatabase();
    try {
      const { rows: tables } = await db.raw(
        `select relname as name from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
      );
      const there: string[] = tables.map(({ name }: { name: string }) => name);
      const ours = (names: string[]) => names.filter((name) => !name.startsWith('knex_')).sort();
      assert.deepEqual(ours(told), ours(there));
    } finally {
      await close();
    }
  });
});
