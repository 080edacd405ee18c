import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Clock } from '../kernel/clock.ts';
import { type SealContext, seal } from '../kernel/seal.ts';
import type { SealedKey } from './types.ts';

/** Makes a key pair, names it by its RFC 7638 thumbprint and seals the private part. */
export async function generateSealedKey(
  alg: string,
  state: 'pending' | 'active',
  masterKeys: readonly Buffer[],
  clock: Clock,
): Promise<SealedKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const now = clock.now();
  const named = (jwk: JWK): JWK => ({ ...jwk, kid, alg, use: 'sig' });
  return {
    kid,
    alg,
    state,
    publicJwk: named(publicJwk),
    sealed: seal(JSON.stringify(named(await exportJWK(privateKey))), masterKeys, sealContext(kid, alg)),
    createdAt: now,
    activatedAt: state === 'active' ? now : undefined,
    retiringAt: undefined,
    retiredAt: undefined,
    revokedAt: undefined,
  };
}

/** What a sealed key is bound to: it does not open under another row's name. */
export function sealContext(kid: string, alg: string): SealContext {
  return { use: 'signing key', context: `${kid}|${alg}` };
}
