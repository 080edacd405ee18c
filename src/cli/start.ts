import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { compose, type Gatehouse } from '../compose.ts';
import type { Config } from '../config/index.ts';
import { operatorError } from '../kernel/faults.ts';
import { embeddedDir } from '../open-database.ts';
import { createLogger } from '../telemetry/index.ts';
import { welcome } from './welcome.ts';

/** Milliseconds that requests in flight have to finish once the process was told to stop. */
const DRAIN = 8000;

/** Serves until SIGTERM or SIGINT, then lets requests in flight finish. */
export async function start(config: Config): Promise<void> {
  const firstStart = !existsSync(embeddedDir(config));
  const front = await listen(config.port, config.host);
  const logger = await createLogger(config.logLevel);
  try {
    const gatehouse = await compose(config, logger);
    front.serve(gatehouse.handler);
    const metrics = config.metricsPort === undefined ? undefined : await serveMetrics(config, gatehouse);
    stopOnSignal([front.server, ...(metrics ? [metrics] : [])], gatehouse);
    if (cluster.isPrimary) process.stdout.write(welcome(config, firstStart));
    process.send?.('ready');
  } catch (error) {
    front.server.close();
    throw error;
  }
}

/**
 * Takes the port before anything else is touched: when it is taken, nothing was changed. Until there is something to
 * serve it asks callers to come back.
 */
async function listen(port: number, host: string): Promise<{ server: Server; serve(handler: RequestListener): void }> {
  let handler: RequestListener = (_request, response) => {
    response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'text/plain' }).end('starting\n');
  };
  const server = createServer((request, response) => handler(request, response));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    throw operatorError('PORT', portProblem(error.code, host, port), error);
  });
  server.removeAllListeners('error');
  const serve = (next: RequestListener) => {
    handler = next;
  };
  return { server, serve };
}

function portProblem(code: string | undefined, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `${host}:${port} is taken by another program. Stop it, or set PORT to a free port.`;
  if (code === 'EACCES') return `${port} needs more rights than this user has. Set PORT to 1024 or above.`;
  return `cannot listen on ${host}:${port} (${code}). Check HOST and PORT.`;
}

async function serveMetrics(config: Config, { metrics }: Gatehouse): Promise<Server> {
  const { server, serve } = await listen(config.metricsPort ?? 0, config.host);
  serve(async (request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': metrics.registry.contentType }).end(await metrics.registry.metrics());
  });
  return server;
}

/** Stops taking connections, waits for the requests in flight, then closes everything behind them. */
function stopOnSignal(servers: readonly Server[], gatehouse: Gatehouse): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    gatehouse.drain();
    await Promise.all(servers.map(closed));
    await gatehouse.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
}

function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  setTimeout(() => server.closeAllConnections(), DRAIN).unref();
  return promise;
}
