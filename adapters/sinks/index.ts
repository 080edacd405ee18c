import type { SinkDeclaration } from '../../src/config/index.ts';
import type { Sink } from '../../src/events/index.ts';
import { kafkaSink } from './kafka.ts';
import { redisStreamSink } from './redis-stream.ts';
import { stdoutSink } from './stdout.ts';
import { webhookSink } from './webhook.ts';

/** A sink as it was declared. */
export function sinkOf(declared: SinkDeclaration): Sink {
  switch (declared.type) {
    case 'redis-stream':
      return redisStreamSink(declared);
    case 'webhook':
      return webhookSink(declared);
    case 'kafka':
      return kafkaSink(declared);
    case 'stdout':
      return stdoutSink(declared);
  }
}
