import type { CloudEvent } from './catalogue/envelope.ts';
import type { StoredEvent } from './store.ts';

/** An event as everybody outside gets it (CloudEvents 1.0, JSON): without where it came from, and without what is unknown. */
export function cloudEventOf(event: StoredEvent, source: string): CloudEvent {
  const { id, type, subject, time, position, correlationId, actor, clientId, data } = event;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    ...(subject === undefined ? {} : { subject }),
    time: time.toISOString(),
    datacontenttype: 'application/json',
    sequence: String(position),
    ...(correlationId === undefined ? {} : { correlationid: correlationId }),
    ...(actor === undefined ? {} : { actor }),
    ...(clientId === undefined ? {} : { clientid: clientId }),
    data,
  };
}
