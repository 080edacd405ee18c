import { type Runner, run, Logger as WorkerLogger } from 'graphile-worker';
import { withCause } from '../kernel/correlation.ts';
import type { Logger } from '../telemetry/index.ts';

/** A job by its name; what it does with the payload it was queued with. */
export type Tasks = Readonly<Record<string, (payload: unknown) => Promise<void>>>;

export interface WorkerOptions {
  readonly databaseUrl: string;
  readonly tasks: Tasks;
  /** Lines of a crontab: of several nodes one runs each occurrence. */
  readonly crontab: string;
  readonly logger: Logger;
}

/** Runs jobs and schedules until it is stopped; stopping lets running jobs finish. */
export async function startWorker({
  databaseUrl,
  tasks,
  crontab,
  logger,
}: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const runner: Runner = await run({
    connectionString: databaseUrl,
    concurrency: 4,
    maxPoolSize: 6,
    noHandleSignals: true,
    taskList: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, bySystem(task)])),
    crontab,
    logger: new WorkerLogger(() => (level, message) => logger[level === 'info' ? 'debug' : levelOf(level)](message)),
  });
  return { stop: () => runner.stop() };
}

/** Whoever asked for it is not the one who does it. */
const bySystem = (task: Tasks[string]) => (payload: unknown) => withCause({ actor: 'system' }, () => task(payload));

const levelOf = (level: string) => (level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug');
