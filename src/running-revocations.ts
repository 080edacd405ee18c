import type { Knex } from 'knex';
import { listen } from '../adapters/postgres/index.ts';
import type { Clock } from './kernel/clock.ts';
import {
  isRevokedNow,
  type KeptRevocations,
  keepForTokensOf,
  keepRevocations,
  readRevocations,
  type StatusIndexes,
  statusIndexes,
  takeStatusBlock,
} from './revocations/index.ts';
import type { Logger } from './telemetry/index.ts';

/** Milliseconds between two looks, for when a node was not told. */
const LOOK_EVERY = 30_000;
const REVOCATIONS_CHANGED = 'gatehouse_revocations';

export interface RunningRevocations {
  readonly revocations: KeptRevocations;
  readonly statusIndexes: StatusIndexes;
  /** Something has ended here: to be heard of before the next answer. */
  look(): void;
  close(): Promise<void>;
}

interface RevocationParts {
  readonly db: Knex;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seconds that a token of this server may live. */
  readonly longestToken: number;
}

/** The list of what has ended, followed: whichever node ends something, the others refuse its tokens within a moment. */
export async function runRevocations(
  { db, clock, logger, longestToken }: RevocationParts,
  databaseUrl: string,
): Promise<RunningRevocations> {
  await keepForTokensOf(db, longestToken);
  const revocations = keepRevocations({
    read: (from) => readRevocations(db, from, clock.now()),
    ask: (claims) => isRevokedNow(db, claims, clock.now()),
    clock,
  });
  await revocations.reload();
  const look = () =>
    void revocations.reload().catch((error) => logger.error({ err: error }, 'what has ended was not read'));
  const timer = setInterval(look, LOOK_EVERY).unref();
  const listener = listen(databaseUrl, REVOCATIONS_CHANGED, look);
  const indexes = statusIndexes(() => takeStatusBlock(db));
  const close = async () => {
    clearInterval(timer);
    await listener.close();
  };
  return { revocations, statusIndexes: indexes, look, close };
}
