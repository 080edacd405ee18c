import { connect, createServer, type Socket } from 'node:net';
import { statementReader } from './wire.ts';

/** Where a transaction is held: before its nth statement, of which the first is its begin; or once its commit is done. */
export type Place = number | 'committed';

/** A wire to PostgreSQL on which transactions can be held, each at another place, until their process is killed. */
export interface Trap {
  /** The database's URL, by way of the trap. */
  readonly url: string;
  /** How many statements the one transaction has that `work` makes, from begin to commit. */
  count(work: () => Promise<unknown>): Promise<number>;
  /** Holds the next transactions, each at the next of these places. */
  hold(places: readonly Place[]): void;
  /** What those wait for that are held by now: a statement, or `committed`. */
  held(): readonly string[];
  close(): Promise<void>;
}

/** What goes over one connection. */
interface Line {
  statements: string[];
  place: Place | undefined;
  isHeld: boolean;
}

export async function layTrap(databaseUrl: string): Promise<Trap> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const held: string[] = [];
  let places: Place[] = [];
  let last = 0;

  /** Takes note of a statement; says whether to hold it. */
  function isDue(line: Line, statement: string): boolean {
    if (/^begin/i.test(statement)) Object.assign(line, { statements: [], place: places.shift() });
    line.statements.push(statement);
    if (/^commit/i.test(statement)) last = line.statements.length;
    return line.statements.length === line.place;
  }
  const holdAt = (line: Line, what: string) => {
    line.isHeld = true;
    held.push(what);
  };
  const isCommitted = ({ place, statements }: Line) =>
    place === 'committed' && /^commit/i.test(statements.at(-1) ?? '');

  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const line: Line = { statements: [], place: undefined, isHeld: false };
    const read = statementReader((statement) => {
      if (isDue(line, statement)) holdAt(line, statement);
    });
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
    client.on('data', (chunk: Buffer) => {
      read(chunk);
      if (!line.isHeld) database.write(chunk);
    });
    database.on('data', (chunk: Buffer) => {
      if (!line.isHeld && isCommitted(line)) holdAt(line, 'committed');
      if (!line.isHeld) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    async count(work) {
      await work();
      return last;
    },
    hold: (next) => {
      places = [...next];
    },
    held: () => held,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
