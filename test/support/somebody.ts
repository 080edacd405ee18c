import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { type AccountParts, findUser, type User, verifyEmail } from '../../src/accounts/index.ts';
import { newId, sha256 } from '../../src/kernel/ids.ts';
import { enrol } from './accounts.ts';

/** Somebody with an account, whose address is proved. */
export async function somebody(parts: AccountParts): Promise<User> {
  const { userId, token } = await enrol(parts);
  await verifyEmail(parts, { token });
  return (await findUser(parts.db, userId)) ?? assert.fail();
}

/** The same, signed in here and there. */
export async function withSession(parts: AccountParts): Promise<{ user: User; here: string; there: string }> {
  const user = await somebody(parts);
  return { user, here: await openSession(parts.db, user.id), there: await openSession(parts.db, user.id) };
}

/** The same, who has let an application in. */
export async function withGrant(parts: AccountParts): Promise<{ user: User; grantId: string }> {
  const [user, id] = [await somebody(parts), randomBytes(32)];
  const grant = { model: 'Grant', id, grant_id: id, account_id: user.id, client_id: 'shop', payload: '{}' };
  await parts.db('oidc_artifacts').insert(grant);
  return { user, grantId: id.toString('base64url') };
}

/** Signs in a user or a candidate, as the engine has it stored. @returns the session’s uid */
export async function openSession(db: Knex, accountId: string): Promise<string> {
  const uid = newId();
  const payload = JSON.stringify({ kind: 'Session', uid, accountId });
  await db('oidc_artifacts').insert({
    ...{ model: 'Session', id: sha256(newId()), uid: sha256(uid), account_id: accountId, payload },
  });
  return uid;
}
