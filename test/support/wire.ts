import { connect, createServer, type Socket } from 'node:net';

/** What went to PostgreSQL over the wire, counted where nothing can hide. */
export interface Wire {
  /** The database's URL, by way of the wire. */
  readonly url: string;
  /** Every statement that `work` caused, in order. */
  statementsOf(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

/** Knex asks this of each new connection; it belongs to the connection, not to what uses it. */
const OPENING = 'select version();';

/** Puts itself between a pool and its database, and reads along. */
export async function tapWire(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl);
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
    client.on(
      'data',
      statementReader((text) => void seen.push(text)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    async statementsOf(work) {
      const begin = seen.length;
      await work();
      return seen.slice(begin).filter((statement) => statement !== OPENING);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Reads what a client sends: a startup message of a length and no type, then messages of a type and a length, of which
 * Query ("Q") and Parse ("P") carry a statement each. What is parsed is run by each Bind ("B") of its name, which for most
 * is none.
 */
export function statementReader(tell: (statement: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let head = 0;
  const parsed = new Map<string, string>();
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = endOf(rest, head); end <= rest.length; end = endOf(rest, head)) {
      const statement = head === 1 ? statementOf(rest.subarray(0, end), parsed) : undefined;
      if (statement !== undefined) tell(statement);
      rest = rest.subarray(end);
      head = 1;
    }
  };
}

/** Where the first message ends; infinity while its length has not come. */
const endOf = (bytes: Buffer, head: number): number =>
  bytes.length < head + 4 ? Number.POSITIVE_INFINITY : head + bytes.readUInt32BE(head);

function statementOf(message: Buffer, parsed: Map<string, string>): string | undefined {
  const [type, body] = [String.fromCharCode(message[0] ?? 0), message.subarray(5)];
  if (type === 'Q') return textOf(body);
  const rest = body.subarray(body.indexOf(0) + 1);
  if (type === 'P') parsed.set(textOf(body), textOf(rest));
  return type === 'B' ? parsed.get(textOf(rest)) : undefined;
}

const textOf = (body: Buffer): string => body.subarray(0, body.indexOf(0)).toString('utf8');
