import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createClient } from 'redis';

/**
 * The floor of a relay: pages read by pg, and XADD of each in one round trip. Nothing is remembered of where it is, nobody else
 * may do the same, and what commits late is lost.
 */
const [, , databaseUrl = '', redisUrl = '', stream = ''] = process.argv;
const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
const redis = await createClient({ url: redisUrl }).connect();
const PAGE = 'select * from events where position > $1 order by position limit 500';

process.send?.('ready');
for (let position = 0; ; ) {
  const { rows } = await pool.query({ name: 'page', text: PAGE, values: [position] });
  await Promise.all(rows.map((row) => redis.xAdd(stream, '*', { id: row.id, event: JSON.stringify(row) })));
  position = Number(rows.at(-1)?.position ?? position);
  if (rows.length === 0) await pause(20);
}
