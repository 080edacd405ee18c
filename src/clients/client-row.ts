import { retiringSecret } from './secret.ts';
import type { ClientMetadata, ManagedBy, RegisteredClient } from './types.ts';

/** A row of `clients`. */
export interface ClientRow {
  readonly client_id: string;
  readonly metadata: ClientMetadata;
  readonly managed_by: ManagedBy;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly disabled_at: Date | null;
}

export function fromRow(row: ClientRow, now: Date): RegisteredClient {
  const { client_secret, retiring_secret, ...metadata } = row.metadata;
  const retiring = retiringSecret({ retiring_secret }, now);
  return {
    clientId: row.client_id,
    metadata,
    managedBy: row.managed_by,
    status: row.disabled_at ? 'disabled' : 'active',
    hasSecret: client_secret !== undefined,
    retiringUntil: retiring && new Date(retiring.expires_at * 1000),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
