import type { Knex } from 'knex';
import { operatorError } from '../kernel/faults.ts';
import { openKey } from './open-key.ts';
import { loadSalts, type PairwiseSalt } from './pairwise-salts.ts';
import { listLiveKeys } from './store.ts';
import type { BrokenKey, PublicKey, SealedKey, SigningKey } from './types.ts';

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

/** Opens every published key and every salt, sets apart what does not open, and throws as `openKeys` does. */
export async function loadKeyRing(db: Knex, masterKeys: readonly Buffer[]): Promise<KeyRing> {
  const [looked, salts] = await Promise.all([openKeys(db, masterKeys), loadSalts(db, masterKeys)]);
  return { ...ringOf(looked.map(({ key }) => key)), salts };
}

/** The same without the salts, as schemas of every version have it. */
export async function loadKeys(db: Knex, masterKeys: readonly Buffer[]): Promise<Omit<KeyRing, 'salts'>> {
  return ringOf((await openKeys(db, masterKeys)).map(({ key }) => key));
}

function ringOf(looked: readonly (SigningKey | BrokenKey)[]): Omit<KeyRing, 'salts'> {
  return {
    keys: looked.filter((key) => 'privateJwk' in key),
    broken: looked.filter((key) => 'problem' in key),
    published: looked.filter(isPublished),
  };
}

function isPublished(key: SigningKey | BrokenKey): key is SigningKey | (BrokenKey & PublicKey) {
  return key.publicJwk !== undefined;
}

/** A key as it is stored, and what came of opening it. */
interface Looked {
  readonly stored: SealedKey;
  readonly key: SigningKey | BrokenKey;
}

/**
 * Opens every key that is not retired. One that does not open stops nothing: the others go on, and what it signed as well.
 * @throws OperatorError when none of them opens: it is the master key that is wrong.
 */
export async function openKeys(db: Knex, masterKeys: readonly Buffer[]): Promise<Looked[]> {
  const keys = await listLiveKeys(db);
  const looked = await Promise.all(keys.map(async (stored) => ({ stored, key: await openKey(stored, masterKeys) })));
  const problems = looked.flatMap(({ key }) => ('problem' in key ? [key] : []));
  if (problems.length === looked.length) refuse(problems);
  return looked;
}

function refuse([first]: readonly BrokenKey[]): void {
  if (!first) return;
  const { kid, alg, problem } = first;
  const advice = 'Set MASTER_KEY to the key this database was made with: none of its keys opens.';
  throw operatorError('MASTER_KEY', `signing key ${kid} (${alg}) ${problem}. ${advice}`);
}

/** Tells two rings apart: which keys there are, where each is in its life, and which salts there are. */
export function ringVersion({ keys, broken, salts }: KeyRing): string {
  const opened = keys.map(({ kid, state }) => `${kid} ${state}`);
  const unopened = broken.map(({ kid, state, problem }) => `${kid} ${state} ${problem}`);
  return [...opened, ...unopened, ...salts.map(({ id, problem }) => `${id} ${problem}`)].join('\n');
}
