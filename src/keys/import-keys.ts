import type { Knex } from 'knex';
import { seal } from '../kernel/seal.ts';
import { announce } from './announce.ts';
import type { Step } from './life.ts';
import type { KeyParts } from './parts.ts';
import { type KeyFile, KeyFileError, type ReadKey, readKey } from './read-key.ts';
import { sealContext } from './sealed-keys.ts';
import { insertKey, listKeys, lockKeys } from './store.ts';
import type { KeyState } from './types.ts';

export interface Imported {
  readonly kid: string;
  readonly alg: string;
  readonly name: string;
  /** `known`: it is there already, and stays as it is. */
  readonly state: KeyState | 'known';
}

/**
 * Brings private keys along: all of them, or none where one is faulty. Each is published now and signs when it is its
 * turn; the first of an algorithm that has none signs at once.
 * @throws KeyFileError[] as the `errors` of an AggregateError, one for each faulty file
 */
export async function importKeys(parts: KeyParts, files: readonly KeyFile[]): Promise<Imported[]> {
  const read = await readAll(files, parts.policy.algorithms);
  return parts.db.transaction(async (transaction) => {
    await lockKeys(transaction);
    const imported: Imported[] = [];
    for (const { name, key } of read) imported.push({ name, ...(await bring(transaction, parts, key)) });
    await announce(transaction, parts.clock.now(), imported.flatMap(stepOf));
    return imported;
  });
}

/** To everybody else it is a key that was made. */
function stepOf({ alg, state }: Imported): Step[] {
  return state === 'pending' || state === 'active' ? [{ kind: 'make', alg, state }] : [];
}

async function readAll(files: readonly KeyFile[], algorithms: readonly string[]) {
  const results = await Promise.allSettled(files.map((file) => readKey(file, algorithms)));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const keys = results.flatMap((result, index) =>
    result.status === 'fulfilled' ? [{ name: files[index]?.name ?? '', key: result.value }] : [],
  );
  for (const [index, { name, key }] of keys.entries()) {
    const same = keys.slice(0, index).find((other) => other.key.kid === key.kid);
    if (same) errors.push(new KeyFileError(name, `holds the same key as ${same.name}: remove one of them`));
  }
  if (errors.length > 0) throw new AggregateError(errors, 'no key was imported');
  return keys;
}

async function bring(transaction: Knex.Transaction, { masterKeys, clock }: KeyParts, key: ReadKey) {
  const { kid, alg, publicJwk, privateJwk } = key;
  const known = await listKeys(transaction);
  if (known.some((other) => other.kid === kid)) return { kid, alg, state: 'known' as const };
  const state = known.some((other) => other.alg === alg) ? 'pending' : 'active';
  const now = clock.now();
  await insertKey(transaction, {
    ...{
      kid,
      alg,
      state,
      publicJwk,
      createdAt: now,
      retiringAt: undefined,
      retiredAt: undefined,
      revokedAt: undefined,
    },
    activatedAt: state === 'active' ? now : undefined,
    sealed: seal(JSON.stringify(privateJwk), masterKeys, sealContext(kid, alg)),
    uri: undefined,
  });
  return { kid, alg, state } as const;
}
