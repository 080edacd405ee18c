import { isSealedWith, open, seal } from '../kernel/seal.ts';
import { openKeys } from './key-ring.ts';
import type { KeyParts } from './parts.ts';
import { sealContext } from './sealed-keys.ts';
import { replaceSealed } from './store.ts';
import type { BrokenKey } from './types.ts';

export interface Resealed {
  /** How many sealed keys open. */
  readonly keys: number;
  /** How many of them were sealed anew; the others were sealed with the newest master key already. */
  readonly resealed: number;
  /** Those that open with none of the master keys: they stay as they are. */
  readonly broken: readonly BrokenKey[];
}

/**
 * Seals every private key anew with the newest master key, one after the other, while nodes serve: each opens what is
 * sealed with any of its master keys. What somebody else changes meanwhile stays as they left it.
 * @throws OperatorError when no key opens
 */
export async function resealKeys({ db, masterKeys, external }: KeyParts): Promise<Resealed> {
  const all = await openKeys(db, { masterKeys, external });
  const looked = all.filter(({ stored }) => stored.uri === undefined);
  let resealed = 0;
  for (const { stored, key } of looked) {
    const { kid, alg, sealed } = stored;
    if ('problem' in key || !sealed || isSealedWith(sealed, masterKeys[0])) continue;
    const context = sealContext(kid, alg);
    const fresh = seal(open(sealed, masterKeys, context), masterKeys, context);
    if (await replaceSealed(db, kid, { sealed, fresh })) resealed += 1;
  }
  const broken = looked.flatMap(({ key }) => ('problem' in key ? [key] : []));
  return { keys: looked.length - broken.length, resealed, broken };
}
