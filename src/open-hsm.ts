import type { Pkcs11Keys } from '../adapters/pkcs11/index.ts';
import type { Config } from './config/index.ts';
import { OperatorError, operatorError } from './kernel/faults.ts';

/**
 * The HSM that keeps signing keys, where one is set: logged in to. Without one its native code is not even loaded.
 * @throws OperatorError naming what to set
 */
export async function openHsm({ hsm }: Pick<Config, 'hsm'>): Promise<Pkcs11Keys | undefined> {
  if (!hsm) return undefined;
  const { openPkcs11Keys } = await import('../adapters/pkcs11/index.ts');
  return openPkcs11Keys(hsm).catch((error: unknown) => {
    if (error instanceof OperatorError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw operatorError('signing_keys.pkcs11', `the token ${hsm.tokenLabel} cannot be used (${problem})`, error);
  });
}
