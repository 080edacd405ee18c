import type { Knex } from 'knex';
import { operatorError } from '../kernel/faults.ts';
import { OTHER_MASTER_KEY } from '../kernel/seal.ts';
import { NOT_KEPT_HERE, openKey } from './open-key.ts';
import { loadSalts, type PairwiseSalt } from './pairwise-salts.ts';
import type { ExternalKeys, Openers } from './private-keys.ts';
import { listLiveKeys } from './store.ts';
import type { BrokenKey, PublicKey, SigningKey, StoredKey } from './types.ts';

/** The published keys, each list in a stable order. */
export interface KeyRing {
  /** Those that this process can sign with. */
  readonly keys: readonly SigningKey[];
  /** Those that it cannot open. */
  readonly broken: readonly BrokenKey[];
  /** What everybody verifies with: both, but for what has no public part any more. */
  readonly published: readonly PublicKey[];
  /** What pairwise subjects are made with, the oldest first. */
  readonly salts: readonly PairwiseSalt[];
}

/**
 * Opens every published key and every salt, and sets apart what does not open: the others go on.
 * @throws OperatorError where the settings are wrong: none opens, or one that signs is sealed with another master key, or
 * kept where nothing is set.
 */
export async function loadKeyRing(db: Knex, masterKeys: readonly Buffer[], external?: ExternalKeys): Promise<KeyRing> {
  const [ring, salts] = await Promise.all([loadKeys(db, masterKeys, external), loadSalts(db, masterKeys)]);
  return { ...ring, salts };
}

/** The same without the salts, as schemas of every version have it. */
export async function loadKeys(
  db: Knex,
  masterKeys: readonly Buffer[],
  external?: ExternalKeys,
): Promise<Omit<KeyRing, 'salts'>> {
  const looked = await openKeys(db, { masterKeys, external });
  refuse(looked.filter(({ key }) => 'problem' in key && key.state === 'active' && MISLED.includes(key.problem)));
  return ringOf(looked.map(({ key }) => key));
}

function ringOf(looked: readonly (SigningKey | BrokenKey)[]): Omit<KeyRing, 'salts'> {
  return {
    keys: looked.filter((key) => 'sign' in key),
    broken: looked.filter((key) => 'problem' in key),
    published: looked.filter(isPublished),
  };
}

function isPublished(key: SigningKey | BrokenKey): key is SigningKey | (BrokenKey & PublicKey) {
  return key.publicJwk !== undefined;
}

/** A key as it is stored, and what came of opening it. */
interface Looked {
  readonly stored: StoredKey;
  readonly key: SigningKey | BrokenKey;
}

/**
 * Opens every key that is not retired.
 * @throws OperatorError when none of them opens
 */
export async function openKeys(db: Knex, openers: Openers): Promise<Looked[]> {
  const keys = await listLiveKeys(db);
  const looked = await Promise.all(keys.map(async (stored) => ({ stored, key: await openKey(stored, openers) })));
  if (looked.every(({ key }) => 'problem' in key)) refuse(looked);
  return looked;
}

/** What is wrong with keys of a node that was told the wrong thing. */
const MISLED: readonly string[] = [OTHER_MASTER_KEY, NOT_KEPT_HERE];

function refuse([first]: readonly Looked[]): void {
  if (!first || !('problem' in first.key)) return;
  const { kid, alg, problem } = first.key;
  const { setting, advice } = first.stored.uri === undefined ? SEALED : EXTERNAL;
  throw operatorError(setting, `signing key ${kid} (${alg}) ${problem}. ${advice}`);
}

const SEALED = {
  setting: 'MASTER_KEY',
  advice: 'Set MASTER_KEY to the key this database was made with, and those it was changed to since.',
};
const EXTERNAL = {
  setting: 'signing_keys.pkcs11',
  advice: 'Set signing_keys.pkcs11 to the token that this database’s keys are in.',
};

/** Tells two rings apart: which keys there are, where each is in its life, and which salts there are. */
export function ringVersion({ keys, broken, salts }: KeyRing): string {
  const opened = keys.map(({ kid, state }) => `${kid} ${state}`);
  const unopened = broken.map(({ kid, state, problem }) => `${kid} ${state} ${problem}`);
  return [...opened, ...unopened, ...salts.map(({ id, problem }) => `${id} ${problem}`)].join('\n');
}
