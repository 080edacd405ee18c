import pg from 'pg';

const LISTENER = 'gatehouse listener';

/** Milliseconds before a lost connection is made again. */
const AGAIN = 1000;

/**
 * Hears what is told on a channel (`pg_notify`), on a connection of its own, for as long as it is not closed. Calls
 * `heard` with what was told, and once more with nothing whenever the connection was made: what was told before nobody
 * heard. Lost, it is made again; behind a pooler that knows no LISTEN it is silent, and whoever listens has to look by
 * themselves now and then.
 */
export function listen(url: string, channel: string, heard: (told?: string) => void): { close(): Promise<void> } {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async () => {
    const fresh = new pg.Client({ connectionString: url, application_name: LISTENER, keepAlive: true });
    client = fresh;
    fresh.on('notification', ({ payload }) => heard(payload));
    fresh.once('end', retry);
    // Told by `end`, too; without a listener it would end the process.
    fresh.on('error', () => undefined);
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      heard();
    } catch {
      await fresh.end().catch(() => undefined);
    }
  };
  const retry = () => {
    if (closed) return;
    timer = setTimeout(() => void connect(), AGAIN);
    timer.unref();
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}

/** How many listeners a database has, each of a server that lives; none where it does not answer. */
export async function listeners(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('select from pg_stat_activity where application_name = $1', [LISTENER]);
    return rows.length;
  } catch {
    return 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}
