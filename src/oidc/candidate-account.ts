import type { Knex } from 'knex';
import type { Account, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { findSitting, type Sitting } from '../candidates/index.ts';
import { ASSESSMENT_SCOPE } from '../config/index.ts';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import { sittingIn, sittingSidOf } from './sitting-sid.ts';

type Token = Parameters<FindAccount>[2];

/** What is looked for, as a token or the browser's session names it: a candidate's, else undefined. */
export function sessionNamedBy({ oidc }: KoaContextWithOIDC, token: Token): string | undefined {
  const named = token as { readonly sid?: string } | undefined;
  return sittingIn(named ? named.sid : sittingSidOf(oidc.session));
}

/**
 * A candidate as the engine takes one. Once the session is over, or the candidate was taken out, there is nobody any more:
 * sign-in, refresh and UserInfo end at once.
 */
export async function candidateAccount(
  db: Knex,
  time: DatabaseClock,
  id: string,
  sessionId: string,
): Promise<Account | undefined> {
  const sitting = await findSitting(db, time, sessionId);
  if (!sitting || sitting.closed || sitting.candidate.id !== id) return undefined;
  return { accountId: id, claims: async (_use, scope) => claimsOf(sitting, scope), sitting };
}

function claimsOf(sitting: Sitting, scope: string) {
  const { id, name, email } = sitting.candidate;
  const asked = scope.split(' ').includes(ASSESSMENT_SCOPE);
  return {
    sub: id,
    name,
    email,
    email_verified: email === undefined ? undefined : false,
    ...(asked ? sittingClaims(sitting) : {}),
  };
}

/** What scope `assessment` tells. */
export const sittingClaims = ({ sessionId, candidate }: Sitting) => ({
  candidate_id: candidate.id,
  assessment_session_id: sessionId,
});

/** The sitting of whose request it is, where it is a candidate's. */
export const sittingOf = (ctx: KoaContextWithOIDC | undefined): Sitting | undefined =>
  ctx?.oidc?.account?.['sitting'] as Sitting | undefined;
