import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Runs `work` under a correlation id: every log line, event and job it causes carries it. */
export function withCorrelationId<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** The id of the request or job that runs now. */
export function correlationId(): string | undefined {
  return current.getStore();
}
