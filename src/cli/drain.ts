import type { Server } from 'node:http';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** Milliseconds that requests in flight have to finish once the process was told to stop. */
const DRAIN = 8000;
/** Milliseconds in which new connections are still served, after SIGTERM. */
const LINGER = 500;

/**
 * Stops servers so that nobody who was let in is sent away. Closing at once would reset connections that the system
 * has accepted and we have not yet seen, and cut kept-alive ones between two requests. So for a moment all goes on, but
 * /readyz says no, and each answer tells its caller not to come back on this connection. At a keyboard (SIGINT) no
 * load balancer is looking, and nobody wants to wait.
 */
export async function drain(servers: readonly Server[], signal: NodeJS.Signals): Promise<void> {
  for (const server of servers)
    server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false;
    });
  if (signal !== 'SIGINT') await pause(LINGER);
  // What has come in while the process was busy is seen in this turn, before anything is shut.
  await turn();
  await Promise.all(servers.map(close));
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // An answer that had begun before the signal left its connection open: nobody will ask on it again.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  server.close(() => {
    clearInterval(idle);
    resolve();
  });
  setTimeout(() => server.closeAllConnections(), DRAIN).unref();
  return promise;
}
