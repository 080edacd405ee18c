import type { Knex } from 'knex';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { DatabaseClock } from '../kernel/database-clock.ts';
import { candidateAccount } from './candidate-account.ts';
import { sittingIn } from './sitting-sid.ts';

/** As much of the engine's tokens as is looked at. */
interface ShownToken {
  readonly kind?: string;
  readonly clientId?: string | undefined;
  readonly aud?: string | string[] | undefined;
  readonly accountId?: string | undefined;
  readonly sid?: string | undefined;
}

/**
 * The engine's `allowedPolicy` of introspection: an access token tells of itself to confidential clients, such as an API's; a
 * refresh token to its own client alone. One whose client is gone, or disabled, tells nobody anything, nor does a candidate's
 * whose session is over.
 */
export const mayIntrospect =
  (db: Knex, time: DatabaseClock) =>
  async (ctx: KoaContextWithOIDC, client: Client, token: ShownToken): Promise<boolean> =>
    (await isTold(ctx, client, token)) && !(await isOver(db, time, token));

async function isTold(ctx: KoaContextWithOIDC, client: Client, { kind, clientId }: ShownToken): Promise<boolean> {
  if (clientId === client.clientId) return true;
  if (client.clientAuthMethod === 'none' || kind === 'RefreshToken') return false;
  return (await ctx.oidc.provider.Client.find(clientId ?? '')) !== undefined;
}

/** Of a candidate's for an API the list of what has ended tells, without a look at the database. */
async function isOver(db: Knex, time: DatabaseClock, { aud, sid, accountId = '' }: ShownToken): Promise<boolean> {
  const sessionId = aud === undefined ? sittingIn(sid) : undefined;
  return sessionId !== undefined && !(await candidateAccount(db, time, accountId, sessionId));
}
