import { createHash, randomBytes } from 'node:crypto';
import { v7, validate, version } from 'uuid';

/** A new UUIDv7: sorts by time of creation, and says nothing else. */
export function newId(): string {
  return v7();
}

/** When an id was made, as a UUIDv7 tells (RFC 9562 §5.7), to the millisecond; the epoch for any other. */
export function timeOfId(id: string): Date {
  const isTimed = validate(id) && version(id) === 7;
  return new Date(isTimed ? Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) : 0);
}

/** The least id that can be made at a moment: what is older has a smaller one. */
export function firstIdAt(moment: Date): string {
  const [, head, tail] = /^(.{8})(.{4})$/.exec(moment.getTime().toString(16).padStart(12, '0')) ?? [];
  return `${head}-${tail}-7000-8000-000000000000`;
}

/** A value nobody guesses: `bytes` random bytes as base64url. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** What is stored in the place of a token: a dump of the store signs nobody in. */
export function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
