import type { Knex } from 'knex';
import type { KeyState, SealedKey } from './types.ts';

/** Every key that is not retired, in a stable order: by algorithm, then oldest first. */
export async function listLiveKeys(db: Knex): Promise<SealedKey[]> {
  const rows = await db('signing_keys').whereNot('state', 'retired').orderBy(['alg', 'created_at', 'kid']);
  return rows.map(fromRow);
}

/** The same, and those that were. */
export async function listKeys(db: Knex): Promise<SealedKey[]> {
  const rows = await db('signing_keys').orderBy(['alg', 'created_at', 'kid']);
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
    activated_at: key.activatedAt ?? null,
  });
}

/** What a key has come to. Retired, its private part is destroyed. */
export async function setKeyState(db: Knex, kid: string, state: Exclude<KeyState, 'pending'>, at: Date): Promise<void> {
  const dates = { active: 'activated_at', retiring: 'retiring_at', retired: 'retired_at' } as const;
  const destroyed = state === 'retired' ? { sealed_private_jwk: null } : {};
  await db('signing_keys')
    .where({ kid })
    .update({ state, [dates[state]]: at, ...destroyed });
}

/** Retires a key in an emergency. */
export async function setRevoked(db: Knex, kid: string, at: Date): Promise<void> {
  const retired = { state: 'retired', retired_at: at, sealed_private_jwk: null };
  await db('signing_keys')
    .where({ kid })
    .update({ ...retired, revoked_at: at });
}

/** @returns false when the key was resealed or retired meanwhile; it stays as it is then. */
export async function replaceSealed(db: Knex, kid: string, { sealed, fresh }: { sealed: Buffer; fresh: Buffer }) {
  const update = db('signing_keys').where({ kid, sealed_private_jwk: sealed }).update({ sealed_private_jwk: fresh });
  return (await update) === 1;
}

/** Makes the rest of the transaction wait for, and then see, what another node does to the keys. */
export async function lockKeys(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("select pg_advisory_xact_lock(hashtext('gatehouse signing keys'))");
}

/** The channel on which nodes tell one another, once it is committed, that keys have changed. */
export const KEYS_CHANGED = 'gatehouse_keys';

export async function tellKeysChanged(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("select pg_notify(?, '')", [KEYS_CHANGED]);
}

interface Row {
  readonly kid: string;
  readonly alg: string;
  readonly state: SealedKey['state'];
  readonly public_jwk: SealedKey['publicJwk'];
  readonly sealed_private_jwk: Buffer | null;
  readonly created_at: Date;
  readonly activated_at: Date | null;
  readonly retiring_at: Date | null;
  readonly retired_at: Date | null;
  /** Not there before migration 0008: keys are opened before the schema is brought up to date. */
  readonly revoked_at?: Date | null;
}

function fromRow(row: Row): SealedKey {
  return {
    kid: row.kid,
    alg: row.alg,
    state: row.state,
    publicJwk: row.public_jwk,
    sealed: row.sealed_private_jwk ?? undefined,
    createdAt: row.created_at,
    activatedAt: row.activated_at ?? undefined,
    retiringAt: row.retiring_at ?? undefined,
    retiredAt: row.retired_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
