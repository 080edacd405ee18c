import { systemClock } from '../../kernel/clock.ts';
import { type KeyParts, loadKeys } from '../../keys/index.ts';
import { load } from '../run.ts';
import { withSchema } from '../with-schema.ts';

/** Runs `work` on the signing keys of this project; a server that runs follows within a second. */
export async function withKeys<T>(work: (parts: KeyParts) => Promise<T>): Promise<T> {
  const config = load({ makeKey: false });
  const { masterKeys, signingKeys: policy } = config;
  return withSchema(config, (db) => work({ db, clock: systemClock, masterKeys, policy }));
}

/**
 * The same, for work that seals keys.
 * @throws OperatorError where the master key opens none of those there are: what it sealed would open for nobody else
 */
export async function withOwnKeys<T>(work: (parts: KeyParts) => Promise<T>): Promise<T> {
  return withKeys(async (parts) => {
    await loadKeys(parts.db, parts.masterKeys);
    return work(parts);
  });
}
