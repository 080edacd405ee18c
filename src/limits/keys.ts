import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';

/** What is counted under, in the place of addresses: no store of counts says who was tried, or from where. */
export interface Keys {
  digest(kind: 'account' | 'session' | 'network' | 'known', value: string): string;
}

/** Keyed with the newest master key: addresses are few enough to be found by trying all of them. */
export function createKeys([masterKey]: readonly Buffer[]): Keys {
  if (!masterKey) throw new TypeError('there is no master key');
  // An object of the key, for Node makes one of bytes at every use.
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), 'gatehouse limits v1', 32)));
  return {
    digest: (kind, value) =>
      createHmac('sha256', key).update(`${kind}\0${value}`).digest().subarray(0, 16).toString('base64url'),
  };
}
