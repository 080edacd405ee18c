import { endClientArtifacts } from '../../../adapters/postgres/index.ts';
import type { ClientParts } from '../../clients/index.ts';
import type { Config } from '../../config/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { noteChange } from '../note-change.ts';
import { load } from '../run.ts';
import { withSchema } from '../with-schema.ts';

/** Runs `work` on the clients of this project; a server that runs follows within a second. */
export async function withClients<T>(work: (parts: ClientParts, config: Config) => Promise<T>): Promise<T> {
  const config = load({ makeKey: false });
  return withSchema(config, (db) => {
    const endAccess = (clientId: string) => endClientArtifacts(db, clientId);
    return work({ db, clock: systemClock, endAccess }, config);
  });
}

/** Notes what was done to a client. */
export const note = (action: string, client: string): Promise<void> => noteChange(`clients.${action}`, { client });
