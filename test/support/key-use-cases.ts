import assert from 'node:assert/strict';
import { listKeys, revokeKey, rotateKeys } from '../../src/keys/index.ts';
import { DAY } from './keys.ts';
import type { UseCase } from './use-case.ts';

/** Signing keys that turn. */
export const KEY_USE_CASES: readonly UseCase[] = [
  {
    does: 'rotating a key',
    tells: ['identity.key.rotated.v1'],
    async prepare({ clock, keys }) {
      await rotateKeys(keys);
      clock.advance(2 * DAY);
      return () => rotateKeys(keys);
    },
  },
  {
    does: 'revoking the key that signs',
    tells: ['identity.key.revoked.v1', 'identity.key.rotated.v1'],
    async prepare({ db, keys }) {
      const { kid } = (await listKeys(db)).find(({ state }) => state === 'active') ?? assert.fail();
      return () => revokeKey(keys, kid);
    },
  },
];
