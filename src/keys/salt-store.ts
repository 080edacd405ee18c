import type { Knex } from 'knex';

/** A salt as it is stored. */
export interface SealedSalt {
  readonly id: string;
  readonly sealed: Buffer;
  readonly since: Date;
  readonly createdAt: Date;
}

/** Every salt there ever was, the oldest first. */
export async function listSalts(db: Knex): Promise<SealedSalt[]> {
  const rows = await db('pairwise_salts').orderBy('since');
  return rows.map(({ id, sealed_salt, since, created_at }) => ({
    id,
    sealed: sealed_salt,
    since,
    createdAt: created_at,
  }));
}

export async function insertSalt(db: Knex, { id, sealed, since, createdAt }: SealedSalt): Promise<void> {
  await db('pairwise_salts').insert({ id, sealed_salt: sealed, since, created_at: createdAt });
}

/** @returns false when it was resealed meanwhile; it stays as it is then. */
export async function replaceSealedSalt(
  db: Knex,
  id: string,
  { sealed, fresh }: { sealed: Buffer; fresh: Buffer },
): Promise<boolean> {
  return (await db('pairwise_salts').where({ id, sealed_salt: sealed }).update({ sealed_salt: fresh })) === 1;
}
