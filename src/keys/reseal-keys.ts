import { isSealedWith, open, seal } from '../kernel/seal.ts';
import { sealContext } from './sealed-keys.ts';
import { listLiveKeys, replaceSealed } from './store.ts';
import type { KeyParts } from './turn-keys.ts';

/**
 * Seals every private key anew with the newest master key, one after the other, while nodes serve: each opens what is
 * sealed with any of its master keys. What somebody else changes meanwhile stays as they left it.
 * @returns how many sealed keys there are, and how many of them were sealed anew
 */
export async function resealKeys({ db, masterKeys }: KeyParts): Promise<{ keys: number; resealed: number }> {
  const keys = (await listLiveKeys(db)).filter(({ sealed }) => sealed);
  let resealed = 0;
  for (const { kid, alg, sealed } of keys) {
    if (!sealed || isSealedWith(sealed, masterKeys[0])) continue;
    const context = sealContext(kid, alg);
    const fresh = seal(open(sealed, masterKeys, context), masterKeys, context);
    if (await replaceSealed(db, kid, { sealed, fresh })) resealed += 1;
  }
  return { keys: keys.length, resealed };
}
