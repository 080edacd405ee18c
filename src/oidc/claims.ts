import type { Knex } from 'knex';
import type { FindAccount } from 'oidc-provider';
import { findUser, type User } from '../accounts/index.ts';

/** Which claims a scope opens (OIDC Core 5.4), as far as Gatehouse knows them. */
export const claimsByScope = {
  openid: ['sub'],
  profile: ['name', 'locale', 'updated_at'],
  email: ['email', 'email_verified'],
  acr: null,
  auth_time: null,
  iss: null,
  sid: null,
};

/** How the engine finds a person. A disabled one is not found: sessions, refresh and UserInfo end at once. */
export function findAccount(db: Knex): FindAccount {
  return async (_ctx, id) => {
    const user = await findUser(db, id);
    if (user?.status !== 'active') return undefined;
    return { accountId: user.id, claims: async () => claimsOf(user), deletionDueAt: user.deletionDueAt };
  };
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
