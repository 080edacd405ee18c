import type { RegisteredClient } from '../../clients/index.ts';

/** A client as JSON takes it: its metadata in RFC 7591 names, and what Gatehouse knows besides. No secret is in it. */
export function asJson({ metadata, ...client }: RegisteredClient): { client_id: string } & Record<string, unknown> {
  return {
    ...metadata,
    status: client.status,
    managed_by: client.managedBy,
    has_secret: client.hasSecret,
    retiring_secret_until: client.retiringUntil ?? null,
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}
