import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { statementReader } from './wire.ts';

/** Whether a write is held on its way there, or its answer on its way back. */
export type Side = 'before' | 'after';

/** A wire to a store on which requests can be held at what they write, each on its own connection, until it is cut. */
export interface Gate {
  readonly port: number;
  /** Holds the next write that comes by. */
  hold(side: Side): void;
  /** How many are held. */
  held(): number;
  close(): Promise<void>;
}

/** How what a client sends is read: tells of each write in it. */
type Read = (tell: () => void) => (chunk: Buffer) => void;

const WRITES = /\b(insert into|update|delete from)\b/i;

/** What Gatehouse writes in PostgreSQL is one statement: it is its own commit. */
export const postgresWrites: Read = (tell) =>
  statementReader((statement) => {
    if (WRITES.test(statement)) tell();
  });

/** What is used up, or claimed, in Redis is a script's. */
export const redisScripts: Read = (tell) => (chunk) => {
  if (/\r\n(EVAL|EVALSHA)\r\n/i.test(chunk.toString('latin1'))) tell();
};

/** Puts itself before a port of this machine. */
export async function setGate(target: number, read: Read): Promise<Gate> {
  const sockets = new Set<Socket>();
  let next: Side | undefined;
  let held = 0;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let at: Side | undefined;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
    const look = read(() => {
      if (!next) return;
      at = next;
      next = undefined;
      if (at === 'before') held += 1;
    });
    near.on('data', (chunk: Buffer) => {
      look(chunk);
      if (at !== 'before') far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (at === undefined) near.write(chunk);
      else if (at === 'after') held += 1;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as { port: number }).port,
    hold: (side) => {
      next = side;
    },
    held: () => held,
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
