import { createHmac } from 'node:crypto';
import type { Client, Configuration } from 'oidc-provider';
import { timeOfId } from '../kernel/ids.ts';
import { type KeyRing, saltFor } from '../keys/index.ts';

type Pairwise = Required<Pick<Configuration, 'pairwiseIdentifier' | 'sectorIdentifierUriValidate'>>;

/**
 * Pairwise subjects (OIDC Core 8.1): a person is another to each sector, and always the same one there. Salts change, so
 * which of them counts is told by when the person's id was made, and by nothing that would have to be looked up.
 * @param sectors what `sector_identifier_uri` was asked about already: an application that is known is not in doubt again
 *   because keys have rotated, or because that address does not answer just now
 */
export function pairwise({ salts }: KeyRing, sectors: Set<string>): Pairwise {
  return {
    async pairwiseIdentifier(_ctx, accountId, client) {
      sectors.add(declared(client));
      const { id, salt, problem } = saltFor(salts, timeOfId(accountId)) ?? {};
      if (salt === undefined) throw new Error(`pairwise salt ${id} ${problem}`);
      return createHmac('sha256', salt)
        .update(`${sectorOf(client)}\0${accountId}`)
        .digest('base64url');
    },
    sectorIdentifierUriValidate: (client) => !sectors.has(declared(client)),
  };
}

/** All that the answer at `sector_identifier_uri` depends on. */
const declared = ({ clientId, sectorIdentifierUri, redirectUris }: Client): string =>
  JSON.stringify([clientId, sectorIdentifierUri, redirectUris]);

/** The engine's: the host of `sector_identifier_uri`, else of the redirect addresses. */
const sectorOf = (client: Client): string => String((client as { sectorIdentifier?: string }).sectorIdentifier);
