import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.ts';

/** A connection to a server that can be cut and mended, as networks are. */
export interface Cable {
  readonly port: number;
  /** Breaks every connection, and refuses new ones. */
  cut(): Promise<void>;
  /** Connects again, to another port where one is named. */
  mend(other?: number): Promise<void>;
  /** From now on whatever the server says is so many milliseconds on its way. */
  slow(milliseconds: number): void;
}

/** Lays a cable to a port of this machine. Cut it when the test is over. */
export async function layCable(first: number): Promise<Cable> {
  let target = first;
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let delay = 0;
  const slowly = () => {
    let last = Promise.resolve();
    return new Transform({
      transform(chunk, _encoding, taken) {
        const due = delay > 0 ? pause(delay) : undefined;
        last = last.then(() => due).then(() => void this.push(chunk));
        taken();
      },
      flush: (done) => void last.then(() => done()),
    });
  };
  const join = (near: Socket) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(slowly()).pipe(near);
  };
  const cut = async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    if (server?.listening) await once(server.close(), 'close');
  };
  const mend = async (other = target) => {
    target = other;
    server = createServer(join);
    await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  await mend();
  const slow = (milliseconds: number) => {
    delay = milliseconds;
  };
  return { port, cut, mend, slow };
}
