import { systemClock } from '../../kernel/clock.ts';
import { type KeyParts, openKeys } from '../../keys/index.ts';
import { openHsm } from '../../open-hsm.ts';
import { load } from '../run.ts';
import { withSchema } from '../with-schema.ts';

/**
 * Runs `work` on the signing keys of this project; a server that runs follows within a second.
 * @param options `NO_HSM` for what neither makes keys nor opens them, and so can be done while the HSM is away
 */
export async function withKeys<T>(work: (parts: KeyParts) => Promise<T>, { hsm = true } = {}): Promise<T> {
  const config = load({ makeKey: false });
  const { masterKeys, signingKeys: policy } = config;
  const external = hsm ? await openHsm(config) : undefined;
  try {
    return await withSchema(config, (db) => work({ db, clock: systemClock, masterKeys, external, policy }));
  } finally {
    await external?.close();
  }
}

export const NO_HSM = { hsm: false };

/**
 * The same, for work that seals keys.
 * @throws OperatorError where the master key opens none of those there are: what it sealed would open for nobody else
 */
export async function withOwnKeys<T>(work: (parts: KeyParts) => Promise<T>): Promise<T> {
  return withKeys(async (parts) => {
    await openKeys(parts.db, parts);
    return work(parts);
  });
}
