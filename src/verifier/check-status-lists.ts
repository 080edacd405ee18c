import { KeySet } from './key-set.ts';
import { settingsOf, type VerifierOptions } from './settings.ts';
import { badStatus, statusReference } from './status-claim.ts';
import { StatusLists } from './status-lists.ts';
import type { Revocations } from './types.ts';

type Shared =
  | 'issuer'
  | 'algorithms'
  | 'clockTolerance'
  | 'clock'
  | 'cooldown'
  | 'timeout'
  | 'fetch'
  | 'onRefreshFailure';

export interface StatusListOptions extends Pick<VerifierOptions, Shared> {
  /**
   * What becomes of tokens that have no place in a list: `refuse`, or `accept`; refuse. The draft leaves it to the verifier
   * (§8.3). Whoever asks for this check counts on taking tokens back, and of these nobody could tell; Gatehouse gives every
   * JWT access token a place, but for moments in which its database is away.
   */
  readonly withoutStatus?: 'refuse' | 'accept';
}

/**
 * Looks each token up in the status list that it names (draft-ietf-oauth-status-list): needs no credentials, and notices a
 * revocation within the list's ttl, 60 s with Gatehouse. What is neither valid nor listed is refused.
 * @throws TypeError when an option cannot be right.
 */
export function checkStatusLists({ withoutStatus = 'refuse', ...options }: StatusListOptions): Revocations {
  if (!['refuse', 'accept'].includes(withoutStatus)) throw new TypeError('withoutStatus: "refuse" or "accept"');
  const settings = settingsOf({ ...options, audience: options.issuer });
  const keys = new KeySet(settings);
  const lists = new StatusLists(keys, settings);
  return {
    async isRevoked(claims) {
      const reference = statusReference(claims, settings.issuer);
      if (!reference && withoutStatus === 'refuse') throw badStatus('is missing: nobody could tell of a revocation');
      if (!reference) return false;
      const status = (await lists.at(reference.uri)).at(reference.idx);
      if (status === undefined) throw badStatus('names a place beyond its list');
      return status !== 0;
    },
    ready: () => keys.ready(undefined),
    close: () => undefined,
  };
}
