import type { Candidate, JsonObject } from './types.ts';

export const CANDIDATE_COLUMNS =
  'id, external_id, email, name, metadata, status, created_at, updated_at, deactivated_at';

/** A row of `candidates`. */
export interface CandidateRow {
  readonly id: string;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly metadata: JsonObject;
  readonly status: Candidate['status'];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly deactivated_at: Date | null;
}

export function fromRow(row: CandidateRow): Candidate {
  return {
    id: row.id,
    externalId: row.external_id ?? undefined,
    email: row.email ?? undefined,
    name: row.name ?? undefined,
    metadata: row.metadata,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deactivatedAt: row.deactivated_at ?? undefined,
  };
}
