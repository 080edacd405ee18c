import { deflateSync } from 'node:zlib';

/** Places in one list: 16 KiB, and next to nothing once it is compressed. */
export const STATUS_LIST_SIZE = 2 ** 17;

/** Where a place of all is: in which list, and where there. */
export const placeOf = (index: number): { list: number; idx: number } => ({
  list: Math.floor(index / STATUS_LIST_SIZE),
  idx: index % STATUS_LIST_SIZE,
});

/**
 * The `lst` of a Token Status List (draft-ietf-oauth-status-list §4.1): one bit a token, the least significant first,
 * compressed with zlib and in base64url.
 * @param indexes places of all lists; those of others are left out
 */
export function encodeStatusList(list: number, indexes: Iterable<number>): string {
  const bits = Buffer.alloc(STATUS_LIST_SIZE / 8);
  for (const index of indexes) {
    const place = placeOf(index);
    if (place.list === list) bits[place.idx >> 3] = (bits[place.idx >> 3] ?? 0) | (1 << (place.idx & 7));
  }
  return deflateSync(bits, { level: 9 }).toString('base64url');
}
