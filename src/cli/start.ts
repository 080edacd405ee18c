import { existsSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Gatehouse } from '../compose.ts';
import type { Config } from '../config/index.ts';
import { operatorError } from '../kernel/faults.ts';
import { embeddedDir } from '../open-database.ts';
import { createLogger } from '../telemetry/index.ts';
import { drain } from './drain.ts';
import { hashBehind } from './hash-behind.ts';
import { welcome } from './welcome.ts';

/** Milliseconds after the signal at which the process ends, whatever it still waits for. */
const LIMIT = 9800;

/**
 * Milliseconds for which a connection is kept that nobody uses: longer than proxies keep theirs (Caddy two minutes, Traefik
 * 90 s, nginx one minute). They have to close first: when we do, their next request may be on its way, and is a 502.
 */
const KEPT = 125_000;

/** Serves until SIGTERM or SIGINT, then lets requests in flight finish. */
export async function start(config: Config): Promise<void> {
  const told = toldToStop();
  const firstStart = config.databaseUrl === undefined && !existsSync(embeddedDir(config));
  const front = await listen(config.port, config.host);
  const servers = [front.server];
  try {
    const scraped = config.metricsPort && (await listen(config.metricsPort, config.host, 'METRICS_PORT'));
    if (scraped) servers.push(scraped.server);
    // Once there is a port: a start that cannot be says so without the engine, and so does what only watches over workers.
    const { compose } = await import('../compose.ts');
    const gatehouse = await compose(config, await createLogger(config.logLevel));
    await hashBehind();
    front.serve(gatehouse.handler);
    if (scraped) scraped.serve(scrapes(gatehouse.metrics.registry));
    stopOnSignal(servers, gatehouse, told);
    process.stdout.write(welcome(config, firstStart));
    process.send?.('ready');
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/**
 * Takes the port before anything else is touched: when it is taken, nothing was changed. Until there is something to
 * serve it asks callers to come back.
 */
export async function listen(
  port: number,
  host: string,
  setting: 'PORT' | 'METRICS_PORT' = 'PORT',
): Promise<{ server: Server; serve(handler: RequestListener): void }> {
  let handler: RequestListener = (_request, response) => {
    response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'text/plain' }).end('starting\n');
  };
  const server = createServer({ keepAliveTimeout: KEPT }, (request, response) => handler(request, response));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    throw operatorError(setting, portProblem(error.code, host, port, setting), error);
  });
  server.removeAllListeners('error');
  const serve = (next: RequestListener) => {
    handler = next;
  };
  return { server, serve };
}

function portProblem(code: string | undefined, host: string, port: number, setting: string): string {
  const address = `${host}:${port}`;
  if (code === 'EADDRINUSE')
    return `${address} is taken by another program. Stop it, or set ${setting} to a free port.`;
  if (code === 'EACCES') return `${port} needs more rights than this user has. Set ${setting} to 1024 or above.`;
  return `cannot listen on ${address} (${code}). Check HOST and ${setting}.`;
}

/** What a scrape is answered with: one process's registry, or the sum of several. */
interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export async function serveMetrics(config: Config, source: MetricsSource): Promise<Server> {
  const { server, serve } = await listen(config.metricsPort ?? 0, config.host, 'METRICS_PORT');
  serve(scrapes(source));
  return server;
}

const scrapes =
  (source: MetricsSource): RequestListener =>
  async (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end();
    const text = await source.metrics().catch(() => undefined);
    if (text === undefined) return void response.writeHead(500).end();
    response.writeHead(200, { 'Content-Type': source.contentType }).end(text);
  };

/**
 * Heard from the first moment on: what a start has begun when the signal comes, such as PostgreSQL, is ended in order.
 * Ctrl+C comes twice under npm, which passes on what the terminal has sent already.
 */
export function toldToStop(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  promise.then(() => setTimeout(() => process.exit(1), LIMIT).unref());
  return promise;
}

/** Lets the requests in flight finish, then closes everything behind them. */
export function stopOnSignal(servers: readonly Server[], gatehouse: Gatehouse, told = toldToStop()): void {
  void told.then(async (signal) => {
    gatehouse.drain();
    await drain(servers, signal);
    await gatehouse.close();
    process.exit(0);
  });
}
