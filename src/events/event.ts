import { causeOfThis } from '../kernel/correlation.ts';
import { newId } from '../kernel/ids.ts';
import { networkAddress } from '../kernel/network-address.ts';
import { catalogue, type EventData, type EventType } from './catalogue/index.ts';

/** Something that has happened, as a use case tells it. */
export type NewEvent = { [Type in EventType]: EventOf<Type> }[EventType];

interface EventOf<Type extends EventType> {
  readonly type: Type;
  /** Whose it is (`Description.subject`); undefined where there is nobody. */
  readonly subject: string | undefined;
  readonly data: EventData<Type>;
  /** Who caused it, where that is somebody else than who is known to call: who has just signed in, for one. */
  readonly actor?: string | undefined;
  readonly clientId?: string | undefined;
}

/** A row of the log as it is inserted; names are the columns'. */
export interface EventRow {
  readonly id: string;
  readonly type: EventType;
  readonly subject: string | undefined;
  readonly time: Date;
  readonly correlation_id: string | undefined;
  readonly actor: string | undefined;
  readonly client_id: string | undefined;
  readonly network: string | undefined;
  readonly data: unknown;
}

/** What events that a statement makes by itself have in common. */
export type CommonRow = Pick<EventRow, 'type' | 'correlation_id' | 'actor' | 'client_id' | 'network'>;

export function commonRowOf(type: EventType): CommonRow {
  const { correlationId, actor, clientId, network } = causeOfThis();
  return {
    type,
    correlation_id: correlationId,
    actor,
    client_id: clientId,
    network: network === undefined ? undefined : networkAddress(network),
  };
}

/**
 * The row of an event, with what is known of its cause.
 * @throws ZodError for what is not in the catalogue so: a member too many may be a secret
 */
export function rowOf({ type, subject, data, actor, clientId }: NewEvent, at: Date): EventRow {
  const common = commonRowOf(type);
  return {
    ...common,
    id: newId(),
    subject,
    time: at,
    actor: actor ?? common.actor,
    client_id: clientId ?? common.client_id,
    data: catalogue[type].data.parse(data),
  };
}
