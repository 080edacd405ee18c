import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { checkDatabase, createDatabase, startEmbedded } from '../../adapters/postgres/index.ts';
import { compose } from '../compose.ts';
import type { Config, LoadOptions } from '../config/index.ts';
import { OperatorError } from '../kernel/faults.ts';
import { embeddedDir } from '../open-database.ts';
import { openHsm } from '../open-hsm.ts';
import { ClusterMetrics, createLogger, type Logger } from '../telemetry/index.ts';
import { listen, serveMetrics, start, stopOnSignal, toldToStop } from './start.ts';
import { welcome } from './welcome.ts';
import { type WorkerMessage, WorkerPool } from './worker-pool.ts';

/**
 * Serves in as many processes as WORKERS says: one alone, or a primary that only watches over its workers. Ports and
 * database are tried before anything is made, the development master key included.
 */
export async function serve(load: (options?: LoadOptions) => Config): Promise<void> {
  if (cluster.isWorker) return work(load());
  const wanted = load({ makeKey: false });
  await requirePorts(wanted);
  if (wanted.databaseUrl !== undefined) await requireDatabase(wanted.databaseUrl);
  const config = load();
  if (config.workers === 1) return start(config);
  // Here once, and not first by as many workers as there are: a token locks itself after a few wrong PINs.
  await (await openHsm(config))?.close();
  return supervise(config);
}

/** Unlike a lone process it listens last: a replacement must not be handed requests that its neighbours could answer. */
async function work(config: Config): Promise<void> {
  const logger = await numbered(config);
  try {
    const gatehouse = await compose(config, logger);
    const front = await listen(config.port, config.host).catch(async (error: unknown) => {
      await gatehouse.close();
      throw error;
    });
    front.serve(gatehouse.handler);
    stopOnSignal([front.server], gatehouse);
    process.send?.('ready' satisfies WorkerMessage);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    // All workers meet the same fault; the primary tells it once.
    process.send?.({ faults: error.faults } satisfies WorkerMessage, () => process.exit(2));
  }
}

/** What all workers share is taken before there are any: the ports, and in development the database. */
async function supervise(config: Config): Promise<void> {
  const firstStart = config.databaseUrl === undefined && !existsSync(embeddedDir(config));
  const told = toldToStop();
  const embedded = config.databaseUrl === undefined ? await startEmbedded({ dir: embeddedDir(config) }) : undefined;
  const env = embedded ? { DATABASE_URL: embedded.url } : {};
  const logger = await numbered(config);
  const pool = new WorkerPool({ size: config.workers, env, logger });
  const metrics = new ClusterMetrics(() => pool.ready());
  let signal: NodeJS.Signals = 'SIGTERM';
  let drained = false;
  try {
    const scraped = config.metricsPort === undefined ? undefined : await serveMetrics(config, metrics);
    const ready = pool.start().then(() => void process.stdout.write(welcome(config, firstStart)));
    signal = await Promise.race([told, ready.then(() => pool.failed)]).finally(() => scraped?.close());
  } finally {
    drained = await pool.stop(signal);
    await embedded?.stop();
  }
  process.exit(drained ? 0 : 1);
}

async function requireDatabase(url: string): Promise<void> {
  const db = createDatabase(url, { max: 1 });
  await checkDatabase(db).finally(() => db.destroy());
}

async function requirePorts({ port, metricsPort, host }: Config): Promise<void> {
  for (const [number, setting] of [[port, 'PORT'] as const, [metricsPort, 'METRICS_PORT'] as const]) {
    if (number === undefined) continue;
    const { server } = await listen(number, host, setting);
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Several processes write one log: each line says whose it is. */
async function numbered(config: Config): Promise<Logger> {
  return (await createLogger(config.logLevel)).child({ pid: process.pid });
}
