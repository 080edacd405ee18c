import type { Knex } from 'knex';

/** Metadata in RFC 7591 names, its secret hashed. */
export type ClientMetadata = { readonly client_id: string } & Readonly<Record<string, unknown>>;

export async function findClientMetadata(db: Knex, clientId: string): Promise<ClientMetadata | undefined> {
  const row = await db('clients').select('metadata').where({ client_id: clientId }).first();
  return row?.metadata;
}

/** Inserts or replaces what the declarative file manages; a row that says the same already is left alone. */
export async function putFileClient(db: Knex, metadata: ClientMetadata, now: Date): Promise<void> {
  await db.raw(
    `insert into clients as c (client_id, metadata, managed_by, created_at, updated_at) values (?, ?, 'file', ?, ?)
     on conflict (client_id) do update
       set metadata = excluded.metadata, managed_by = 'file', updated_at = excluded.updated_at
       where c.metadata is distinct from excluded.metadata or c.managed_by <> 'file'`,
    [metadata.client_id, JSON.stringify(metadata), now, now],
  );
}

/** Removes the clients that the file once declared and no longer does. */
export async function deleteFileClientsExcept(db: Knex, clientIds: readonly string[]): Promise<void> {
  await db('clients').where({ managed_by: 'file' }).whereNotIn('client_id', clientIds).delete();
}

export async function deleteClients(db: Knex, clientIds: readonly string[]): Promise<void> {
  await db('clients').whereIn('client_id', clientIds).delete();
}

/** Makes the rest of the transaction wait for another node that is reconciling. */
export async function lockClients(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw("select pg_advisory_xact_lock(hashtext('gatehouse clients'))");
}
