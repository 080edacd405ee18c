import type { Knex } from 'knex';
import { operatorError } from '../kernel/faults.ts';
import { open } from '../kernel/seal.ts';
import { sealContext } from './generate.ts';
import { listLiveKeys } from './store.ts';
import type { SealedKey, SigningKey } from './types.ts';

/** The published keys, opened, in a stable order. */
export interface KeyRing {
  readonly keys: readonly SigningKey[];
}

/**
 * Opens every published key.
 * @throws OperatorError naming each key that the master key does not open.
 */
export async function loadKeyRing(db: Knex, masterKeys: readonly Buffer[]): Promise<KeyRing> {
  const sealed = await listLiveKeys(db);
  return { keys: sealed.map((key) => unseal(key, masterKeys)) };
}

/** Tells two rings apart: which keys there are, and where each is in its life. */
export const ringVersion = ({ keys }: KeyRing): string => keys.map(({ kid, state }) => `${kid} ${state}`).join('\n');

function unseal({ sealed, ...key }: SealedKey, masterKeys: readonly Buffer[]): SigningKey {
  try {
    if (!sealed) throw new Error('has lost its private part');
    return { ...key, privateJwk: JSON.parse(open(sealed, masterKeys, sealContext(key.kid, key.alg))) };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw operatorError(
      'MASTER_KEY',
      `signing key ${key.kid} (${key.alg}) ${problem}. Set MASTER_KEY to the key this database was made with.`,
      cause,
    );
  }
}
