import type { Knex } from 'knex';
import type { Account, FindAccount } from 'oidc-provider';
import { findUser, type User } from '../accounts/index.ts';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import { candidateAccount, sessionNamedBy } from './candidate-account.ts';

/**
 * Which claims a scope opens (OIDC Core 5.4), as far as Gatehouse knows them. Those of `assessment` stand with `openid`: an
 * ID token tells them always, where they were asked for, and the account gives them to nobody else.
 */
export const claimsByScope = {
  openid: ['sub', 'candidate_id', 'assessment_session_id', 'acr', 'amr'],
  profile: ['name', 'locale', 'updated_at'],
  email: ['email', 'email_verified'],
  assessment: ['candidate_id', 'assessment_session_id'],
  acr: null,
  auth_time: null,
  iss: null,
  sid: null,
};

/**
 * How the engine finds a person, by one statement: a user, or a candidate at the session that the sign-in is for. A disabled
 * user is not found: sessions, refresh and UserInfo end at once.
 */
export function findAccount(db: Knex, time: DatabaseClock): FindAccount {
  return async (ctx, id, token) => {
    const sessionId = sessionNamedBy(ctx, token);
    return sessionId === undefined ? userAccount(db, id) : candidateAccount(db, time, id, sessionId);
  };
}

async function userAccount(db: Knex, id: string): Promise<Account | undefined> {
  const user = await findUser(db, id);
  if (user?.status !== 'active') return undefined;
  return { accountId: user.id, claims: async () => claimsOf(user), deletionDueAt: user.deletionDueAt };
}

function claimsOf(user: User) {
  return {
    sub: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    locale: user.locale,
    updated_at: Math.floor(user.updatedAt.getTime() / 1000),
  };
}
