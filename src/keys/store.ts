import type { Knex } from 'knex';
import type { KeyState, StoredKey } from './types.ts';

/** Every key that is not retired, in a stable order: by algorithm, then oldest first. */
export async function listLiveKeys(db: Knex): Promise<StoredKey[]> {
  const rows = await db('signing_keys').whereNot('state', 'retired').orderBy(['alg', 'created_at', 'kid']);
  return rows.map(fromRow);
}

/** The same, and those that were. */
export async function listKeys(db: Knex): Promise<StoredKey[]> {
  const rows = await db('signing_keys').orderBy(['alg', 'created_at', 'kid']);
  return rows.map(fromRow);
}

export async function insertKey(db: Knex, key: StoredKey): Promise<void> {
  await db('signing_keys').insert({
    kid: key.kid,
    alg: key.alg,
    state: key.state,
    public_jwk: JSON.stringify(key.publicJwk),
    sealed_private_jwk: key.sealed,
    private_key_uri: key.uri,
    created_at: key.createdAt,
    activated_at: key.activatedAt ?? null,
  });
}

/** What a key has come to. Retired, its private part is destroyed; one that is kept elsewhere, after that. */
export async function setKeyState(db: Knex, kid: string, state: Exclude<KeyState, 'pending'>, at: Date): Promise<void> {
  const dates = { active: 'activated_at', retiring: 'retiring_at', retired: 'retired_at' } as const;
  const destroyed = state === 'retired' ? { sealed_private_jwk: null } : {};
  await db('signing_keys')
    .where({ kid })
    .update({ state, [dates[state]]: at, ...destroyed });
}

/** Retires a key in an emergency; the same goes for its private part. */
export async function setRevoked(db: Knex, kid: string, at: Date): Promise<void> {
  const retired = { state: 'retired', retired_at: at, sealed_private_jwk: null };
  await db('signing_keys')
    .where({ kid })
    .update({ ...retired, revoked_at: at });
}

/** After a private part was destroyed where it was kept. */
export async function forgetPrivateKey(db: Knex, kid: string): Promise<void> {
  await db('signing_keys').where({ kid, state: 'retired' }).update({ private_key_uri: null });
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
  readonly state: StoredKey['state'];
  readonly public_jwk: StoredKey['publicJwk'];
  readonly sealed_private_jwk: Buffer | null;
  /** Not there before migration 0009. */
  readonly private_key_uri?: string | null;
  readonly created_at: Date;
  readonly activated_at: Date | null;
  readonly retiring_at: Date | null;
  readonly retired_at: Date | null;
  /** Not there before migration 0008: keys are opened before the schema is brought up to date. */
  readonly revoked_at?: Date | null;
}

function fromRow(row: Row): StoredKey {
  return {
    kid: row.kid,
    alg: row.alg,
    state: row.state,
    publicJwk: row.public_jwk,
    sealed: row.sealed_private_jwk ?? undefined,
    uri: row.private_key_uri ?? undefined,
    createdAt: row.created_at,
    activatedAt: row.activated_at ?? undefined,
    retiringAt: row.retiring_at ?? undefined,
    retiredAt: row.retired_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
