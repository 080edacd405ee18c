import type { Knex } from 'knex';
import type { Clock } from '../kernel/clock.ts';
import { operatorError } from '../kernel/faults.ts';
import { open } from '../kernel/seal.ts';
import { generateSealedKey, sealContext } from './generate.ts';
import { insertKey, listLiveKeys, lockKeys } from './store.ts';
import { ALGORITHMS, type SealedKey, type SigningKey } from './types.ts';

/** The published keys, opened. The first of an algorithm that is active signs. */
export interface KeyRing {
  readonly keys: readonly SigningKey[];
}

/**
 * Opens every stored key.
 * @throws OperatorError naming each key that the master key does not open.
 */
export async function loadKeyRing(db: Knex, masterKeys: readonly Buffer[]): Promise<KeyRing> {
  const sealed = await listLiveKeys(db);
  const keys = sealed.map((key) => unseal(key, masterKeys));
  return { keys: keys.sort((a, b) => Number(b.state === 'active') - Number(a.state === 'active')) };
}

/** Makes an active key for each algorithm that has none. Of several nodes starting at once, one does. */
export async function ensureSigningKeys(db: Knex, masterKeys: readonly Buffer[], clock: Clock): Promise<void> {
  await db.transaction(async (transaction) => {
    await lockKeys(transaction);
    const existing = await listLiveKeys(transaction);
    for (const alg of ALGORITHMS) {
      if (existing.some((key) => key.alg === alg && key.state === 'active')) continue;
      await insertKey(transaction, await generateSealedKey(alg, 'active', masterKeys, clock));
    }
  });
}

function unseal({ kid, alg, state, sealed }: SealedKey, masterKeys: readonly Buffer[]): SigningKey {
  try {
    if (!sealed) throw new Error('has lost its private part');
    return { kid, alg, state, privateJwk: JSON.parse(open(sealed, masterKeys, sealContext(kid, alg))) };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw operatorError(
      'MASTER_KEY',
      `signing key ${kid} (${alg}) ${problem}. Set MASTER_KEY to the key this database was made with.`,
      cause,
    );
  }
}
