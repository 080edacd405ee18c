import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of why something happens. */
export interface Cause {
  readonly correlationId?: string | undefined;
  /** `user:<id>`, `candidate:<id>`, `client:<client_id>`, `operator:<name>` or `system`. */
  readonly actor?: string | undefined;
  /** By way of which application. */
  readonly clientId?: string | undefined;
  /** The network address that it came from, where that may be kept; as it was told. */
  readonly network?: string | undefined;
}

type Known = { -readonly [Member in keyof Cause]: Cause[Member] };

const current = new AsyncLocalStorage<Known>();

/** Runs `work` under a correlation id: every log line, event and job it causes carries it. */
export function withCorrelationId<T>(id: string, work: () => T): T {
  return withCause({ correlationId: id }, work);
}

/** Runs `work` for a cause; what is not said is as it is for whoever calls. */
export function withCause<T>(cause: Cause, work: () => T): T {
  return current.run({ ...current.getStore(), ...cause }, work);
}

/** Adds what the request or job that runs now has found out: who calls, and by way of what. */
export function noteCause(cause: Cause): void {
  const known = current.getStore();
  if (known) Object.assign(known, cause);
}

/** Why what runs now runs. */
export const causeOfThis = (): Cause => current.getStore() ?? {};

/** The id of the request or job that runs now. */
export function correlationId(): string | undefined {
  return current.getStore()?.correlationId;
}
