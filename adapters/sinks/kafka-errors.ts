import { Refused } from '../../src/events/index.ts';

/** What a broker says of a batch for what is in it: the same again would have the same answer. */
const REFUSALS: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
]);

/** As the library has them: several in one, and what caused it below. */
interface KafkaError extends Error {
  readonly errors?: readonly KafkaError[];
  readonly cause?: KafkaError;
  /** Kafka's own name, where a broker has answered. */
  readonly apiId?: string;
  readonly code?: string;
  readonly canRetry?: boolean;
  readonly serverErrorMessage?: string | null;
}

/** The errors at the bottom, which say what happened. */
function reasonsOf(error: KafkaError): KafkaError[] {
  const below = error.errors?.length ? error.errors : error.cause ? [error.cause] : [];
  return below.length === 0 ? [error] : below.flatMap(reasonsOf);
}

/** Whether a broker has answered that it will not take a batch so, now or later: nothing of it is under way any more. */
export function isFinal(error: unknown): boolean {
  return reasonsOf(error as KafkaError).some(({ apiId, canRetry }) => apiId !== undefined && canRetry === false);
}

/** The same in a line for operators; a refusal of what is in the batch as the relay knows it. */
export function failureOf(error: unknown): Error {
  const reasons = reasonsOf(error as KafkaError);
  const told = [...new Set(reasons.map(sentence))].join('; ');
  const isRefused = reasons.some(({ apiId }) => apiId !== undefined && REFUSALS.has(apiId));
  return isRefused ? new Refused(told, { cause: error }) : new Error(told, { cause: error });
}

/** The library (1.35) cannot read what a broker adds where another leads now (KIP-951): the next try asks who does. */
const UNREADABLE = 'OUT_OF_BOUNDS';

function sentence({ apiId, code, message, serverErrorMessage }: KafkaError): string {
  if (code === UNREADABLE) return 'answered what cannot be read: another broker may lead now';
  return apiId === undefined ? message : `${apiId}: ${serverErrorMessage ?? message}`;
}
