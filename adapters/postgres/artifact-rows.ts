import type { Artifact } from '../../src/artifacts/index.ts';

/** Rows to be written, one array a column. */
export const ROWS =
  'unnest(?::text[], ?::bytea[], ?::json[], ?::text[], ?::text[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bigint[], ?::timestamptz[])';

export const INTO = `insert into oidc_artifacts as a
      (model, id, payload, account_id, client_id, grant_id, uid, user_code, session_uid, status_index, expires_at)`;

/** Rows as one array a column, in the order of the insert. */
export function columns(artifacts: readonly Artifact[]): unknown[] {
  const column = <T>(value: (artifact: Artifact) => T | undefined) =>
    artifacts.map((artifact) => value(artifact) ?? null);
  return [
    column(({ model }) => model),
    column(({ id }) => id),
    column(({ payload }) => JSON.stringify(payload)),
    column(({ accountId }) => accountId),
    column(({ clientId }) => clientId),
    column(({ grantId }) => grantId),
    column(({ uid }) => uid),
    column(({ userCode }) => userCode),
    column(({ sessionUid }) => sessionUid),
    column(({ statusIndex }) => statusIndex),
    column(({ expiresAt }) => expiresAt),
  ];
}
