import { hash, randomBytes, randomInt } from 'node:crypto';
import { v7, validate, version } from 'uuid';

/** More bits of a UUIDv7 are counted up within a millisecond than anybody makes in one. */
const FIRST = 2 ** 31;
let latest = { msecs: 0, seq: 0 };

/**
 * A new UUIDv7 (RFC 9562 §5.7): sorts by time of creation, and says nothing else. It tells the clock's time also after
 * the clock was set back, where the library would stay at the time before: what is old is known by its id.
 */
export function newId(): string {
  const msecs = Date.now();
  latest = { msecs, seq: msecs === latest.msecs ? latest.seq + 1 : randomInt(FIRST) };
  return v7(latest);
}

/** When an id was made, as a UUIDv7 tells (RFC 9562 §5.7), to the millisecond; the epoch for any other. */
export function timeOfId(id: string): Date {
  const isTimed = validate(id) && version(id) === 7;
  return new Date(isTimed ? Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) : 0);
}

/** The least id that can be made at a moment: what is older has a smaller one. Nothing is older than 1970. */
export function firstIdAt(moment: Date): string {
  const [, head, tail] = /^(.{8})(.{4})$/.exec(Math.max(moment.getTime(), 0).toString(16).padStart(12, '0')) ?? [];
  return `${head}-${tail}-7000-8000-000000000000`;
}

/** A value nobody guesses: `bytes` random bytes as base64url. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** What is stored in the place of a token: a dump of the store signs nobody in. */
export function sha256(value: string): Buffer {
  return hash('sha256', value, 'buffer');
}
