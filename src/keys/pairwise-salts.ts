import type { Knex } from 'knex';
import { newId, randomToken } from '../kernel/ids.ts';
import { isSealedWith, open, type SealContext, SealError, seal } from '../kernel/seal.ts';
import type { KeyParts } from './parts.ts';
import { insertSalt, listSalts, replaceSealedSalt, type SealedSalt } from './salt-store.ts';
import { lockKeys, tellKeysChanged } from './store.ts';

/** What pairwise subjects are made with (OIDC Core 8.1), for whoever has been there since. */
export interface PairwiseSalt {
  readonly id: string;
  readonly since: Date;
  /** Undefined where it cannot be opened. */
  readonly salt: string | undefined;
  /** What has become of it then, as the end of a sentence about it. */
  readonly problem: string | undefined;
}

/** In seconds. */
export interface SaltPolicy {
  readonly rotateEvery: number;
  /** A salt is there so long before anybody is given a subject with it: every process knows it by then. */
  readonly ahead: number;
}

/** Makes the next salt when it is due; the first one counts for everybody before. @returns whether it made one */
export async function turnSalts(parts: KeyParts, policy: SaltPolicy): Promise<boolean> {
  const { db, masterKeys, clock } = parts;
  const now = clock.now();
  if (!isDue(await listSalts(db), policy, now)) return false;
  return db.transaction(async (transaction) => {
    await lockKeys(transaction);
    const salts = await listSalts(transaction);
    if (!isDue(salts, policy, now)) return false;
    const id = newId();
    const since = salts.length === 0 ? new Date(0) : new Date(now.getTime() + policy.ahead * 1000);
    await insertSalt(transaction, {
      id,
      since,
      createdAt: now,
      sealed: seal(randomToken(), masterKeys, contextOf(id)),
    });
    await tellKeysChanged(transaction);
    return true;
  });
}

function isDue(salts: readonly SealedSalt[], { rotateEvery }: SaltPolicy, now: Date): boolean {
  const newest = salts.at(-1);
  return !newest || now.getTime() >= newest.createdAt.getTime() + rotateEvery * 1000;
}

/** Every salt, the oldest first; one that cannot be opened is told, and stops none of the others. */
export async function loadSalts(db: Knex, masterKeys: readonly Buffer[]): Promise<PairwiseSalt[]> {
  return (await listSalts(db)).map((salt) => openSalt(salt, masterKeys));
}

function openSalt({ id, since, sealed }: SealedSalt, masterKeys: readonly Buffer[]): PairwiseSalt {
  try {
    return { id, since, salt: open(sealed, masterKeys, contextOf(id)), problem: undefined };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { id, since, salt: undefined, problem: error.message };
  }
}

/** Which salt counts for somebody who came then. It never changes: later ones count for those who come later. */
export function saltFor(salts: readonly PairwiseSalt[], came: Date): PairwiseSalt | undefined {
  return salts.findLast(({ since }) => since <= came);
}

/** Seals every salt anew with the newest master key, as `resealKeys` does keys. */
export async function resealSalts({
  db,
  masterKeys,
}: KeyParts): Promise<{ salts: number; resealed: number; broken: PairwiseSalt[] }> {
  const broken: PairwiseSalt[] = [];
  const stored = await listSalts(db);
  let resealed = 0;
  for (const each of stored) {
    const { salt, ...rest } = openSalt(each, masterKeys);
    if (salt === undefined) broken.push({ salt, ...rest });
    else if (!isSealedWith(each.sealed, masterKeys[0])) {
      const fresh = seal(salt, masterKeys, contextOf(each.id));
      if (await replaceSealedSalt(db, each.id, { sealed: each.sealed, fresh })) resealed += 1;
    }
  }
  return { salts: stored.length - broken.length, resealed, broken };
}

/** What an operator is told of a salt that cannot be opened, in a line. */
export function brokenSaltLine({ id, since, problem }: PairwiseSalt): string {
  const who = since.getTime() === 0 ? 'the first people' : `people since ${since.toISOString()}`;
  return `pairwise salt ${id} (for ${who}) ${problem}: they cannot sign in to clients of subject_type pairwise; bring it back from a backup`;
}

const contextOf = (id: string): SealContext => ({ use: 'pairwise salt', context: id });
