import { createDatabase } from '../../adapters/postgres/index.ts';

/**
 * Everything in a database, down to which transaction wrote each row: two that are equal had no write between them, not
 * even one that left all as it was.
 */
export async function snapshot(url: string): Promise<string> {
  const db = createDatabase(url, { max: 1 });
  try {
    const columns = await db.raw(`select table_schema, table_name, column_name, data_type
      from information_schema.columns where table_schema !~ '^(pg_|information_schema)' order by 1, 2, ordinal_position`);
    const tables = await db.raw(`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name
      from pg_tables where schemaname !~ '^(pg_|information_schema)' order by 1`);
    const parts: unknown[] = columns.rows;
    for (const { name } of tables.rows) {
      const { rows } = await db.raw(`select xmin::text, row_to_json(t)::text as row from ${name} t order by 2, 1`);
      parts.push(name, ...rows);
    }
    return parts.map((part) => JSON.stringify(part)).join('\n');
  } finally {
    await db.destroy();
  }
}
