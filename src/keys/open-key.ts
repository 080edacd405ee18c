import { calculateJwkThumbprint } from 'jose';
import { SealError } from '../kernel/seal.ts';
import { LostKey, type Openers } from './private-keys.ts';
import { sealedKeys } from './sealed-keys.ts';
import type { BrokenKey, PublicKey, SigningKey, StoredKey } from './types.ts';

/** What is wrong with a key that is in an HSM of which nothing was said. */
export const NOT_KEPT_HERE = 'is kept in an HSM, and signing_keys.pkcs11 is not set';

/**
 * Opens a stored key with whichever master key sealed it, or where it is kept. What is lost is told, and stops nothing
 * else; what is only out of reach now is an error.
 */
export async function openKey(
  { sealed, uri, ...key }: StoredKey,
  { masterKeys, external }: Openers,
): Promise<SigningKey | BrokenKey> {
  if (!(await isWhole(key))) return { ...key, publicJwk: undefined, problem: 'has lost its public part' };
  const keys = uri === undefined ? sealedKeys(masterKeys) : external;
  try {
    if (!keys) throw new LostKey(NOT_KEPT_HERE);
    return { ...key, sign: await keys.open({ ...key, sealed, uri }) };
  } catch (error) {
    if (!(error instanceof SealError || error instanceof LostKey)) throw error;
    return { ...key, problem: error.message };
  }
}

/** The kids of those that are to sign some day and cannot be opened here. */
export async function unopenedOf(keys: readonly StoredKey[], openers: Openers): Promise<string[]> {
  const pending = keys.filter(({ state }) => state === 'pending');
  const looked = await Promise.all(pending.map((key) => openKey(key, openers)));
  return looked.flatMap((key) => ('problem' in key ? [key.kid] : []));
}

/** Whether the public part is the one that the key is named by. */
async function isWhole({ kid, alg, publicJwk }: PublicKey): Promise<boolean> {
  const thumbprint = await calculateJwkThumbprint(publicJwk).catch(() => undefined);
  return thumbprint === kid && publicJwk.kid === kid && publicJwk.alg === alg;
}

const CONSEQUENCES: Readonly<Record<string, (kid: string) => string>> = {
  pending: (kid) => `it will never sign; take it out by gatehouse keys revoke ${kid}`,
  active: () => 'nothing is signed with this algorithm until gatehouse keys rotate --now',
  retiring: () => 'what it signed can be verified as before, and it goes by itself',
};

/** What an operator is told of a broken key, in a line: which it is, what follows, what to do. */
export function brokenKeyLine({ kid, alg, state, publicJwk, problem }: BrokenKey): string {
  const follows = state === 'retiring' && !publicJwk ? 'what it signed cannot be verified' : CONSEQUENCES[state]?.(kid);
  return `signing key ${kid} (${alg}, ${state}) ${problem}: ${follows}`;
}
