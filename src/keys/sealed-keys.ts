import { createPrivateKey } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { open, type SealContext, SealError, seal } from '../kernel/seal.ts';
import { nameKey, type PrivateKeys } from './private-keys.ts';
import { signer } from './signature.ts';

/** Private keys in the database, sealed under the master key; opened, they sign in this process. */
export function sealedKeys(masterKeys: readonly Buffer[]): PrivateKeys {
  return {
    async make(alg) {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
      const named = await nameKey(await exportJWK(publicKey), alg);
      const privateJwk = { ...named.publicJwk, ...(await exportJWK(privateKey)) };
      const sealed = seal(JSON.stringify(privateJwk), masterKeys, sealContext(named.kid, alg));
      return { ...named, sealed, uri: undefined };
    },
    async open({ kid, alg, sealed }) {
      if (!sealed) throw new SealError('has lost its private part');
      const privateJwk = JSON.parse(open(sealed, masterKeys, sealContext(kid, alg)));
      return signer(alg, createPrivateKey({ key: privateJwk, format: 'jwk' }));
    },
  };
}

/** What a sealed key is bound to: it does not open under another row's name. */
export function sealContext(kid: string, alg: string): SealContext {
  return { use: 'signing key', context: `${kid}|${alg}` };
}
