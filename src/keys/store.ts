import type { Knex } from 'knex';
import type { SealedKey } from './types.ts';

/** Every key that is not retired, in a stable order: by algorithm, then oldest first. */
export async function listLiveKeys(db: Knex): Promise<SealedKey[]> {
  const rows = await db('signing_keys').whereNot('state', 'retired').orderBy(['alg', 'created_at', 'kid']);
  return rows.map(fromRow);
}

export async function insertKey(db: Knex, key: SealedKey): Promise<void> {
  await db('signing_keys').insert({
    kid: key.kid,
    alg: key.alg,
    state: key.state,
    public_jwk: JSON.stringify(key.publicJwk),
    sealed_private_jwk: key.sealed,
    created_at: key.createdAt,
    activated_at: key.state === 'active' ? key.createdAt : null,
  });
}

/** Makes the rest of the transaction wait for, and then see, what another node does to the keys. */
export async function lockKeys(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("select pg_advisory_xact_lock(hashtext('gatehouse signing keys'))");
}

interface Row {
  readonly kid: string;
  readonly alg: string;
  readonly state: SealedKey['state'];
  readonly public_jwk: SealedKey['publicJwk'];
  readonly sealed_private_jwk: Buffer | null;
  readonly created_at: Date;
}

function fromRow(row: Row): SealedKey {
  return {
    kid: row.kid,
    alg: row.alg,
    state: row.state,
    publicJwk: row.public_jwk,
    sealed: row.sealed_private_jwk ?? undefined,
    createdAt: row.created_at,
  };
}
