import { calculateJwkThumbprint } from 'jose';
import { open, SealError } from '../kernel/seal.ts';
import { sealContext } from './generate.ts';
import type { BrokenKey, PublicKey, SealedKey, SigningKey } from './types.ts';

/** Opens a stored key with whichever master key sealed it; what cannot be opened is told, and stops nothing else. */
export async function openKey(
  { sealed, ...key }: SealedKey,
  masterKeys: readonly Buffer[],
): Promise<SigningKey | BrokenKey> {
  if (!(await isWhole(key))) return { ...key, publicJwk: undefined, problem: 'has lost its public part' };
  try {
    if (!sealed) throw new SealError('has lost its private part');
    return { ...key, privateJwk: JSON.parse(open(sealed, masterKeys, sealContext(key.kid, key.alg))) };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { ...key, problem: error.message };
  }
}

/** The kids of those that are to sign some day and cannot be opened here. */
export async function unopenedOf(keys: readonly SealedKey[], masterKeys: readonly Buffer[]): Promise<string[]> {
  const pending = keys.filter(({ state }) => state === 'pending');
  const looked = await Promise.all(pending.map((key) => openKey(key, masterKeys)));
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
