import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Sign, StoredKey } from './types.ts';

/** A key pair that was just made: its public part, and what is to be stored of where the private one is. */
export type MadeKey = Pick<StoredKey, 'kid' | 'alg' | 'publicJwk' | 'sealed' | 'uri'>;

/** What makes private keys and keeps them. Nobody else knows what it is: this process, an HSM, a KMS. */
export interface PrivateKeys {
  /** Makes a key pair for a JWS algorithm. */
  make(alg: string): Promise<MadeKey>;
  /** @throws LostKey when the key is not there, or is not the published one */
  open(key: StoredKey): Promise<Sign>;
}

/** Private keys that never come here: a row of the database names them by a URI. */
export interface ExternalKeys extends PrivateKeys {
  /** Whether new keys are made there; else those that are there serve until they are retired. */
  readonly makesNew: boolean;
  /** Whether a key is destroyed there once it is retired; else it is the operator's to destroy. */
  readonly destroysRetired: boolean;
  /** Destroys a key. One that is gone already is no error. */
  destroy(uri: string): Promise<void>;
}

/** What keys are opened with, and made. */
export interface Openers {
  readonly masterKeys: readonly Buffer[];
  /** Where the keys are that are not sealed in the database; undefined where no such place is set. */
  readonly external?: ExternalKeys | undefined;
}

/** A private key that nobody will have any more; the message goes on from "signing key KID". */
export class LostKey extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LostKey';
  }
}

/** A public key as it is published: named by its RFC 7638 thumbprint. */
export async function nameKey(bare: JWK, alg: string): Promise<{ kid: string; alg: string; publicJwk: JWK }> {
  const kid = await calculateJwkThumbprint(bare);
  return { kid, alg, publicJwk: { ...bare, kid, alg, use: 'sig' } };
}
