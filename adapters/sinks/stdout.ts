import type { TogetherSink } from '../../src/events/index.ts';

/** Writes each event as a line of JSON, for whoever collects what a process says. */
export function stdoutSink({
  name,
  types,
}: {
  readonly name: string;
  readonly types: readonly string[];
}): TogetherSink {
  return {
    name,
    types,
    takes: 'together',
    deliver(events) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      process.stdout.write(lines, (error) => (error ? reject(error) : resolve()));
      return promise;
    },
    close: async () => undefined,
  };
}
