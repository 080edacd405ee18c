import type { Clock } from '../kernel/clock.ts';
import type { Openers } from './private-keys.ts';
import { sealedKeys } from './sealed-keys.ts';
import type { StoredKey } from './types.ts';

/** Makes a key pair where new ones are to be: where they are kept, if that is elsewhere, or sealed here. */
export async function makeKey(
  alg: string,
  state: 'pending' | 'active',
  { masterKeys, external }: Openers,
  clock: Clock,
): Promise<StoredKey> {
  const keys = external?.makesNew ? external : sealedKeys(masterKeys);
  const made = await keys.make(alg);
  const now = clock.now();
  const activatedAt = state === 'active' ? now : undefined;
  return { ...made, state, createdAt: now, activatedAt, ...NOT_YET };
}

const NOT_YET = { retiringAt: undefined, retiredAt: undefined, revokedAt: undefined };
