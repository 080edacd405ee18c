import type { Knex } from 'knex';
import { createClient } from 'redis';

/** What an event names somebody by stays, for a while, when they are erased. */
export const LOG = /^public\.events/;

/**
 * Everything in the database as somebody with a dump reads it: rows as they are, and whatever decodes, decoded.
 * @param but tables that are left out
 */
export async function dumpDatabase(db: Knex, but?: RegExp): Promise<string> {
  const { rows: tables } = await db.raw(
    "select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname !~ '^(pg_|information_schema)'",
  );
  const parts: string[] = [];
  for (const { name } of tables.filter((table: { name: string }) => !but?.test(table.name))) {
    const { rows } = await db.raw(`select row_to_json(t)::text as line from ${name} as t`);
    parts.push(`-- ${name}`, ...rows.map(({ line }: { line: string }) => line));
  }
  return decoded(parts.join('\n'));
}

/** Everything in Redis: the keys, and each value by its type. */
export async function dumpRedis(url: string): Promise<string> {
  const redis = connection(url);
  await redis.connect();
  try {
    const lines: string[] = [];
    for (const key of await redis.keys('*')) lines.push(`${key} ${await read(redis, key)}`);
    return decoded(lines.join('\n'));
  } finally {
    redis.destroy();
  }
}

/** The secrets that occur in a text: as they are, or as hex or base64 of themselves. */
export function occurrences(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets)
    .filter(([name, value]) => {
      if (value.length < 8) throw new Error(`${name} is too short to be searched for: "${value}"`);
      return spellings(value).some((spelling) => text.includes(spelling));
    })
    .map(([name]) => name);
}

const connection = (url: string) => createClient({ url });
type Connection = ReturnType<typeof connection>;

async function read(redis: Connection, key: string): Promise<string> {
  const type = await redis.type(key);
  if (type === 'string') return (await redis.get(key)) ?? '';
  if (type === 'set') return (await redis.sMembers(key)).join(' ');
  if (type === 'hash') return JSON.stringify(await redis.hGetAll(key));
  if (type === 'zset') return (await redis.zRange(key, 0, -1)).join(' ');
  if (type === 'list') return (await redis.lRange(key, 0, -1)).join(' ');
  if (type === 'stream') return JSON.stringify(await redis.xRange(key, '-', '+'));
  throw new Error(`${key} is a ${type}, which this dump cannot read`);
}

/** The text, and behind it whatever in it may be hex or base64 of another: twice, for a JWT in a payload in bytea. */
function decoded(text: string): string {
  const once = decodeAll(text);
  return [text, once, decodeAll(once)].join('\n');
}

function decodeAll(text: string): string {
  const hex = text.match(/(?<=\\x)(?:[0-9a-f]{2}){8,}/g) ?? [];
  const base64 = text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? [];
  return [
    ...hex.map((value) => Buffer.from(value, 'hex').toString('latin1')),
    ...base64.map((value) => Buffer.from(value, 'base64').toString('latin1')),
  ].join('\n');
}

function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  const binary = /^[A-Za-z0-9_-]{22,}$/.test(value) ? [Buffer.from(value, 'base64url').toString('hex')] : [];
  return [value, bytes.toString('hex'), bytes.toString('base64url').slice(0, -1), ...binary];
}
