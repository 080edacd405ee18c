import { inflateSync } from 'node:zlib';

/** Bytes of one list, unpacked: far more than Gatehouse's 16 KiB, and no room for a bomb. */
const LARGEST = 4 * 1024 * 1024;

/** A Token Status List's statuses (draft-ietf-oauth-status-list §4.1). */
export class StatusList {
  readonly #bytes: Buffer;
  readonly #bits: number;

  /**
   * @param bits of each status: 1, 2, 4 or 8
   * @param lst compressed with zlib, in base64url
   */
  constructor(bits: unknown, lst: unknown) {
    if (typeof lst !== 'string' || ![1, 2, 4, 8].includes(bits as number)) throw new Error('this is no status list');
    this.#bits = bits as number;
    this.#bytes = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: LARGEST });
  }

  /** 0 valid, 1 invalid, 2 suspended; undefined beyond the list. */
  at(idx: number): number | undefined {
    const first = idx * this.#bits;
    const byte = this.#bytes[Math.floor(first / 8)];
    return byte === undefined ? undefined : (byte >> (first % 8)) & (2 ** this.#bits - 1);
  }
}
