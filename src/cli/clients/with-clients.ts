import type { Knex } from 'knex';
import { endClientArtifacts, endClientTokens } from '../../../adapters/postgres/index.ts';
import type { ClientParts } from '../../clients/index.ts';
import type { Config } from '../../config/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { noteChange } from '../note-change.ts';
import { Progress } from '../progress.ts';
import { load } from '../run.ts';
import { withSchema } from '../with-schema.ts';

/** Runs `work` on the clients of this project; a server that runs follows within a second. */
export async function withClients<T>(work: (parts: ClientParts, config: Config) => Promise<T>): Promise<T> {
  const config = load({ makeKey: false });
  const endTokens = endClientTokens({ clock: systemClock });
  return withSchema(config, (db) =>
    work({ db, clock: systemClock, endAccess: (clientId) => endAccess(db, clientId), endTokens }, config),
  );
}

/** A large client may hold a million tokens. */
async function endAccess(db: Knex, clientId: string): Promise<void> {
  const progress = new Progress();
  const onBatch = (count: number) => progress.show({ count, of: 'tokens and consents' }, undefined);
  await endClientArtifacts(db, clientId, { onBatch }).finally(() => progress.clear());
}

/** Notes what was done to a client. */
export const note = (action: string, client: string): Promise<void> => noteChange(`clients.${action}`, { client });
