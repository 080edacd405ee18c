import type { Knex } from 'knex';
import { openKey } from './open-key.ts';
import type { ExternalKeys } from './private-keys.ts';
import { listLiveKeys } from './store.ts';
import type { SigningKey } from './types.ts';

/** The published keys, opened, in a stable order. */
export interface KeyRing {
  readonly keys: readonly SigningKey[];
}

/**
 * Opens every published key.
 * @param external where the keys are that are not sealed in the database
 * @throws OperatorError naming a key that does not open, and what to set.
 */
export async function loadKeyRing(db: Knex, masterKeys: readonly Buffer[], external?: ExternalKeys): Promise<KeyRing> {
  const stored = await listLiveKeys(db);
  return { keys: await Promise.all(stored.map((key) => openKey(key, { masterKeys, external }))) };
}

/** Tells two rings apart: which keys there are, and where each is in its life. */
export const ringVersion = ({ keys }: KeyRing): string => keys.map(({ kid, state }) => `${kid} ${state}`).join('\n');
