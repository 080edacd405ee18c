import type { Knex } from 'knex';
import { sinkOf } from '../adapters/sinks/index.ts';
import type { Config } from './config/index.ts';
import { declareSinks, type EventLog, isKnownFilter, measureSinks, startRelay } from './events/index.ts';
import type { Clock } from './kernel/clock.ts';
import { type Fault, OperatorError } from './kernel/faults.ts';
import { type Logger, type Metrics, measureEvents } from './telemetry/index.ts';

/** @throws OperatorError for a sink that wants events of which there are none: it would wait for ever. */
export function checkSinks({ eventSinks }: Pick<Config, 'eventSinks'>): void {
  const faults = eventSinks.flatMap(({ name, types }): Fault[] =>
    types
      .filter((type) => !isKnownFilter(type))
      .map((type) => ({
        name: `event_sinks ${name}`,
        problem: `wants ${type}, and there is no such type: see docs/events.md`,
      })),
  );
  if (faults.length > 0) throw new OperatorError(faults);
}

interface Around {
  readonly db: Knex;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Milliseconds that a start waits for transactions of other nodes, so that a new sink begins behind what has happened. */
const PATIENCE = 500;

/** Relays to every sink that is declared: this process, or another that was first. */
export async function runRelay({ eventSinks, issuer }: Config, { logger, metrics, ...around }: Around) {
  if (eventSinks.length === 0) return { stop: async () => undefined };
  const sinks = eventSinks.map(sinkOf);
  await declareSinks(
    around.db,
    sinks.map(({ name }) => name),
    await around.log.settled(PATIENCE),
  );
  const onResult = measureEvents(metrics, () => measureSinks(around.db));
  const onTrouble = (sink: string, error: unknown) => logger.warn({ sink, err: error }, 'events were not relayed');
  const relay = startRelay({ ...around, issuer, onResult, onTrouble }, sinks);
  return {
    async stop() {
      await relay.stop();
      for (const sink of sinks) await sink.close();
    },
  };
}
