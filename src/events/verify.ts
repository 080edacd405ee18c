import type { Knex } from 'knex';
import { monthNamed } from './partitions.ts';
import { hashOf } from './seal.ts';
import { type Chain, readChains, readSealed } from './seal-store.ts';

/** Where a chain does not hold. */
export interface Break {
  readonly month: string;
  /** The row that does not fit; undefined where the end is missing. */
  readonly id: string | undefined;
  readonly position: number;
}

export interface Verification {
  readonly rows: number;
  readonly breaks: readonly Break[];
  /** The last hash of each month: noted elsewhere, it shows that nobody has made all of a chain anew. */
  readonly chains: readonly Chain[];
}

const BATCH = 1000;

/** Looks whether every row is as it was sealed, and none is missing: at a break, that row was changed, or one before it is gone. */
export async function verifyEvents(db: Knex, onRows: (rows: number) => void = () => undefined): Promise<Verification> {
  const chains = await readChains(db);
  const breaks: Break[] = [];
  let rows = 0;
  for (const chain of chains) {
    let last: Buffer | undefined;
    for await (const row of sealedRows(db, chain)) {
      if (!row.hash?.equals(hashOf(last, row))) breaks.push({ month: chain.month, id: row.id, position: row.position });
      last = row.hash ?? undefined;
      rows += 1;
      if (rows % BATCH === 0) onRows(rows);
    }
    if (!last?.equals(chain.hash)) breaks.push({ month: chain.month, id: undefined, position: chain.position });
  }
  return { rows, breaks, chains };
}

async function* sealedRows(db: Knex, { month, position: until }: Chain) {
  const { from, to } = monthNamed(month);
  let after = 0;
  for (let found = BATCH; found === BATCH; ) {
    const rows = await readSealed(db, { from, to, after, until, limit: BATCH });
    yield* rows;
    found = rows.length;
    after = rows.at(-1)?.position ?? after;
  }
}
