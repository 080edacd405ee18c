import { operatorError } from '../kernel/faults.ts';
import type { ExternalKeys } from './private-keys.ts';
import { sealedKeys } from './sealed-keys.ts';
import type { SigningKey, StoredKey } from './types.ts';

/** What keys are opened with. */
export interface Openers {
  readonly masterKeys: readonly Buffer[];
  /** Where the keys are that are not sealed in the database; undefined where no such place is set. */
  readonly external?: ExternalKeys | undefined;
}

/**
 * Makes a stored key one that signs.
 * @throws OperatorError naming the key and what to set
 */
export async function openKey({ sealed, uri, ...key }: StoredKey, openers: Openers): Promise<SigningKey> {
  const keys = uri === undefined ? sealedKeys(openers.masterKeys) : openers.external;
  try {
    if (!keys) throw new Error(`is not kept here, but at ${uri}`);
    return { ...key, sign: await keys.open({ ...key, sealed, uri }) };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const { name, advice } = uri === undefined ? SEALED : EXTERNAL;
    throw operatorError(name, `signing key ${key.kid} (${key.alg}) ${problem}. ${advice}`, cause);
  }
}

const SEALED = { name: 'MASTER_KEY', advice: 'Set MASTER_KEY to the key this database was made with.' };
const EXTERNAL = {
  name: 'signing_keys.pkcs11',
  advice: 'Set signing_keys.pkcs11 to the token that this database’s keys were made in.',
};
