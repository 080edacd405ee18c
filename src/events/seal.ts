import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { timeOfId } from '../kernel/ids.ts';
import { monthOf } from './partitions.ts';
import { lockChains, putChains, putHashes, readChains, readUnsealed, type SealedRow } from './seal-store.ts';

/** Rows that are sealed at once. */
const BATCH = 1000;

/**
 * Chains the log behind the commits: each row gets the hash of the one before it in its month and of itself, in the order of
 * the log. Done by whoever appends, every transaction would wait for the one before it; a job does it instead, for all that
 * was committed since its last run and up to where the log is whole. What is changed in between, a minute at most, is
 * chained as it is then.
 * @param to up to where the log is whole
 * @returns how many rows were sealed
 */
export async function sealEvents(db: Knex, to: number): Promise<number> {
  let total = 0;
  for (let sealed = BATCH; sealed === BATCH; total += sealed) sealed = await sealBatch(db, to);
  return total;
}

function sealBatch(db: Knex, to: number): Promise<number> {
  return db.transaction(async (transaction) => {
    // Of several nodes one goes on where the other has stopped.
    await lockChains(transaction);
    const chains = new Map((await readChains(transaction)).map((chain) => [chain.month, chain]));
    const after = Math.max(0, ...[...chains.values()].map(({ position }) => position));
    const rows = await readUnsealed(transaction, { after, to, limit: BATCH });
    const hashes = rows.map((row) => {
      const month = monthOf(timeOfId(row.id)).name;
      const hash = hashOf(chains.get(month)?.hash, row);
      chains.set(month, { month, position: row.position, hash });
      return { id: row.id, hash };
    });
    await putHashes(transaction, hashes);
    await putChains(transaction, [...chains.values()]);
    return rows.length;
  });
}

/**
 * SHA-256 of the hash before it and of all there is of the row but the network address: that is a person's, and is taken out
 * when they are erased.
 */
export function hashOf(before: Buffer | undefined, row: SealedRow): Buffer {
  const { id, position, type, subject, time, correlation_id, actor, client_id, data } = row;
  const members = [id, position, type, subject, time, correlation_id, actor, client_id, data];
  return createHash('sha256')
    .update(before ?? Buffer.alloc(32))
    .update(JSON.stringify(members))
    .digest();
}
