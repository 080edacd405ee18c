import { hash } from 'node:crypto';
import type { JsonObject } from '../types.ts';

/** Bytes that `state_data` may have. */
export const STATE_MAX = 256 * 1024;

/** What is stored of `state_data`: its text, and what is told of it where the text is not. */
export interface StoredState {
  readonly text: string;
  /** SHA-256 of the text. */
  readonly digest: Buffer;
  /** Bytes. */
  readonly size: number;
}

/** Also where what was sent was not: `1e20` is stored with all of its digits. */
export const isTooLong = ({ size }: StoredState): boolean => size > STATE_MAX;

/** Without spaces, members in their order: whoever has it can tell its hash. */
export function storedState(data: JsonObject): StoredState {
  const text = JSON.stringify(data);
  return { text, digest: hash('sha256', text, 'buffer'), size: Buffer.byteLength(text) };
}
