import { run, type TaskList, Logger as WorkerLogger } from 'graphile-worker';
import { withCause } from '../kernel/correlation.ts';
import type { Logger } from '../telemetry/index.ts';

/** A job by its name; what it does with the payload it was queued with, and what one that takes long leaves off by. */
export type Tasks = Readonly<Record<string, (payload: unknown, stopping: AbortSignal) => Promise<void>>>;

export interface WorkerOptions {
  readonly databaseUrl: string;
  readonly tasks: Tasks;
  /** Those of the tasks that wait for other servers, which may be mute. */
  readonly outside: readonly string[];
  /** Lines of a crontab: of several nodes one runs each occurrence. */
  readonly crontab: string;
  readonly logger: Logger;
}

/** Jobs at once: of each task that waits for others, and of all those together that do not. */
const SLOTS = 4;

/**
 * Runs jobs and schedules until it is stopped; stopping lets running jobs finish. A task that waits for others has slots of
 * its own, so that a server which is mute holds up nothing but what is meant for it.
 */
export async function startWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { tasks, outside, crontab } = options;
  const stopping = new AbortController();
  const named = Object.entries(tasks).map(([name, task]) => [name, bySystem(task, stopping.signal)] as const);
  const inside = named.filter(([name]) => !outside.includes(name));
  const runners = [await runSome(options, Object.fromEntries(inside), crontab)];
  for (const task of named.filter(([name]) => outside.includes(name)))
    runners.push(await runSome(options, Object.fromEntries([task]), ''));
  const stop = async () => {
    stopping.abort();
    await Promise.all(runners.map((runner) => runner.stop()));
  };
  return { stop };
}

const runSome = ({ databaseUrl, logger }: WorkerOptions, taskList: TaskList, crontab: string) =>
  run({
    connectionString: databaseUrl,
    concurrency: SLOTS,
    maxPoolSize: SLOTS + 2,
    noHandleSignals: true,
    taskList,
    crontab,
    logger: new WorkerLogger(() => (level, message) => logger[level === 'info' ? 'debug' : levelOf(level)](message)),
  });

/** Whoever asked for it is not the one who does it. */
const bySystem = (task: Tasks[string], stopping: AbortSignal) => (payload: unknown) =>
  withCause({ actor: 'system' }, () => task(payload, stopping));

const levelOf = (level: string) => (level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug');
