import type { Knex } from 'knex';
import type { ClientRow } from './client-row.ts';
import type { ClientMetadata } from './types.ts';

/** Of a client that may be used. */
export async function findClientMetadata(db: Knex, clientId: string): Promise<ClientMetadata | undefined> {
  const row = await db('clients').select('metadata').where({ client_id: clientId }).whereNull('disabled_at').first();
  return row?.metadata;
}

export function selectClients(db: Knex): Promise<ClientRow[]> {
  return db('clients').orderBy('client_id');
}

export function selectClient(db: Knex, clientId: string): Promise<ClientRow | undefined> {
  return db('clients').where({ client_id: clientId }).first();
}

/** @returns false when there is a client of that id; nothing was written then. */
export async function insertClient(db: Knex, metadata: ClientMetadata, now: Date): Promise<boolean> {
  const inserted = await db('clients')
    .insert({
      client_id: metadata.client_id,
      metadata: JSON.stringify(metadata),
      managed_by: 'command',
      created_at: now,
      updated_at: now,
    })
    .onConflict('client_id')
    .ignore()
    .returning('client_id');
  return inserted.length === 1;
}

export async function setMetadata(db: Knex, metadata: ClientMetadata, now: Date): Promise<void> {
  await db('clients')
    .where({ client_id: metadata.client_id })
    .update({ metadata: JSON.stringify(metadata), updated_at: now });
}

/** Sets since when a client is disabled; null: it is not. @returns false when there is no such client. */
export async function setDisabled(db: Knex, clientId: string, since: Date | null, now: Date): Promise<boolean> {
  const change = { disabled_at: since, updated_at: now };
  return (await db('clients').where({ client_id: clientId }).update(change)) === 1;
}

/**
 * Inserts or replaces what the declarative file manages; a row that says the same already is left alone.
 * @returns whether anything was written
 */
export async function putFileClient(db: Knex, metadata: ClientMetadata, now: Date): Promise<boolean> {
  const { rowCount } = await db.raw(
    `insert into clients as c (client_id, metadata, managed_by, created_at, updated_at) values (?, ?, 'file', ?, ?)
     on conflict (client_id) do update
       set metadata = excluded.metadata, managed_by = 'file', updated_at = excluded.updated_at
       where c.metadata is distinct from excluded.metadata or c.managed_by <> 'file'`,
    [metadata.client_id, JSON.stringify(metadata), now, now],
  );
  return rowCount === 1;
}

/** Those of the ids that an operator has made a client of. */
export function pickMadeByCommand(db: Knex, clientIds: readonly string[]): Promise<string[]> {
  return db('clients').whereIn('client_id', clientIds).whereNot({ managed_by: 'file' }).pluck('client_id');
}

/** Removes the clients that the file once declared and no longer does. @returns their ids */
export async function deleteFileClientsExcept(db: Knex, clientIds: readonly string[]): Promise<string[]> {
  const query = db('clients').where({ managed_by: 'file' }).whereNotIn('client_id', clientIds);
  return idsOf(await query.delete(['client_id']));
}

/** @returns the ids of those that were there */
export async function deleteClients(db: Knex, clientIds: readonly string[]): Promise<string[]> {
  return idsOf(await db('clients').whereIn('client_id', clientIds).delete(['client_id']));
}

const idsOf = (rows: readonly { client_id: string }[]): string[] => rows.map(({ client_id }) => client_id);

/** Makes the rest of the transaction wait for whoever else changes clients. */
export async function lockClients(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("select pg_advisory_xact_lock(hashtext('gatehouse clients'))");
}

/** The channel on which nodes are told, once it is committed, that a client has changed: its id. */
export const CLIENTS_CHANGED = 'gatehouse_clients';

export async function tellClientsChanged(transaction: Knex.Transaction, clientIds: readonly string[]): Promise<void> {
  if (clientIds.length === 0) return;
  await transaction.raw('select pg_notify(?, id) from unnest(?::text[]) as id', [CLIENTS_CHANGED, [...clientIds]]);
}
