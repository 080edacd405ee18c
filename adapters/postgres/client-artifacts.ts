import type { Knex } from 'knex';

/**
 * Removes all that the engine keeps of a client, in small batches that no request of another client waits for. One pass
 * in the order of the key: there is no index by client, which every token would have to keep.
 * @param options `onBatch`: told after each how many have gone so far
 */
export async function endClientArtifacts(
  db: Knex,
  clientId: string,
  { batch = 1000, onBatch = (_gone: number): void => undefined } = {},
): Promise<void> {
  let gone = 0;
  let last: Row | undefined = { model: '', id: Buffer.alloc(0) };
  while (last) {
    const { model, id }: Row = last;
    const rows: Row[] = await db('oidc_artifacts')
      .select('model', 'id')
      .where({ client_id: clientId })
      .whereRaw('(model, id) > (?, ?)', [model, id])
      .orderBy(['model', 'id'])
      .limit(batch);
    await db.raw(REMOVE, [rows.map((row) => row.model), rows.map((row) => row.id)] as Knex.Value[]);
    gone += rows.length;
    onBatch(gone);
    last = rows.length === batch ? rows.at(-1) : undefined;
  }
}

const REMOVE = `
  delete from oidc_artifacts a using unnest(?::text[], ?::bytea[]) as r (model, id)
  where a.model = r.model and a.id = r.id`;

interface Row {
  readonly model: string;
  readonly id: Buffer;
}
