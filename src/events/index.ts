/**
 * What has happened, for whoever else cares: the catalogue of types, the log they are written down in with the change that
 * they tell of, and how it is read in order. Owns the log's partitions and its chain of hashes. Who is told, and when, is
 * `adapters`' and the relay's; what leads to an event is the use case's that appends it.
 */
export { append, appendAlone, eachRow, eventRows } from './append.ts';
export { appendEachSql, appendSql, bound, EVENTS_APPENDED } from './append-store.ts';
export { type DeadLetter, dropDeadLetters, listDeadLetters, retryDeadLetters } from './aside-store.ts';
export { type CloudEvent, envelope } from './catalogue/envelope.ts';
export { type EventType, isKnownFilter } from './catalogue/index.ts';
export { cloudEventOf } from './cloud-event.ts';
export { type EventRow, type NewEvent, rowOf } from './event.ts';
export { forgetNetworks } from './forget-networks.ts';
export { keepMonths } from './keep-months.ts';
export { type EventLog, followLog, type Page, typesOf } from './log.ts';
export { lastDropped } from './partition-store.ts';
export { type RelayParts, startRelay } from './relay.ts';
export { type Replay, type ReplayFrom, replay } from './replay.ts';
export { sealEvents } from './seal.ts';
export { type BatchSink, type EachSink, Refused, type Sink, type TogetherSink } from './sink.ts';
export { declareSinks, listSinks, measureSinks, type SinkState, setCursor } from './sink-store.ts';
export { type AuditQuery, findEvents, positionBefore, type StoredEvent } from './store.ts';

export { verifyEvents } from './verify.ts';
