import type { Knex } from 'knex';
import {
  isOfSessions,
  type PersonalArtifacts,
  type PersonalGrant,
  type PersonalSession,
  type PersonalToken,
  type Sighting,
  signedInWith,
  type WhichSessions,
} from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { sha256 } from '../../src/kernel/ids.ts';

/**
 * Ends what a user is signed in with, as part of a transaction: everywhere, but in one session, or in one alone. Looks
 * twice: a request that was faster may have given the session another id, which the first look could not see yet; any
 * later one finds no session to go on with.
 */
export async function endSessions(transaction: Knex.Transaction, userId: string, which?: WhichSessions): Promise<void> {
  for (let look = 0; look < 2; look += 1) await endSeen(transaction, userId, which);
}

async function endSeen(transaction: Knex.Transaction, userId: string, which?: WhichSessions): Promise<void> {
  const held = () =>
    transaction('oidc_artifacts')
      .where({ account_id: userId })
      .whereIn('model', [...signedInWith]);
  if (!which) return void (await held().delete());
  // Looked through here: PostgreSQL reads no JSON in which an application has sent \u0000.
  const rows: Pick<Row, 'id' | 'payload'>[] = await held().select('id', 'payload');
  const meant = rows.filter(({ payload }) => isOfSessions(which, payload)).map(({ id }) => id);
  await held().whereIn('id', meant).delete();
}

/** What the engine keeps of a person in PostgreSQL. */
export function personalArtifacts(clock: Clock): PersonalArtifacts {
  return {
    sessions: (db, userId) => personalSessions(db, clock, userId),
    grants: (db, userId) => personalGrants(db, clock, userId),
    tokens: (db, userId) => personalTokens(db, clock, userId),
    takeBack,
    endGrant,
    renameSession,
    erase: eraseArtifacts,
  };
}

/** The latest seen first. */
async function personalSessions(db: Knex, clock: Clock, userId: string): Promise<PersonalSession[]> {
  const rows = await live(db, clock, userId, ['Session']);
  const sessions = rows.map(({ payload, expires_at }): PersonalSession => {
    const { uid, loginTs, iat, seen } = payload;
    const signedInAt = fromEpoch(loginTs ?? iat);
    return { uid: String(uid), signedInAt, seen: seen as Sighting | undefined, expiresAt: expires_at ?? undefined };
  });
  return sessions.sort((a, b) => (b.seen?.at ?? 0) - (a.seen?.at ?? 0));
}

/** The oldest first. */
async function personalGrants(db: Knex, clock: Clock, userId: string): Promise<PersonalGrant[]> {
  const rows = await live(db, clock, userId, ['Grant']);
  const grants = rows.map(({ id, client_id, payload, expires_at }): PersonalGrant => {
    const { iat, openid, resources } = payload as GrantPayload;
    return {
      id: id.toString('base64url'),
      clientId: client_id ?? '',
      scopes: words(openid?.scope),
      resources: Object.fromEntries(Object.entries(resources ?? {}).map(([name, scope]) => [name, words(scope)])),
      givenAt: fromEpoch(iat),
      expiresAt: expires_at ?? undefined,
    };
  });
  return grants.sort((a, b) => a.givenAt.getTime() - b.givenAt.getTime());
}

async function personalTokens(db: Knex, clock: Clock, userId: string): Promise<PersonalToken[]> {
  const rows = await live(db, clock, userId, ['AccessToken', 'RefreshToken']);
  return rows.map(({ model, client_id, payload, expires_at }) => ({
    kind: model === 'AccessToken' ? 'access_token' : 'refresh_token',
    clientId: client_id ?? '',
    issuedAt: fromEpoch(payload['iat']),
    expiresAt: expires_at ?? undefined,
  }));
}

async function takeBack(transaction: Knex.Transaction, userId: string, clientId: string): Promise<void> {
  await transaction('oidc_artifacts').where({ account_id: userId, client_id: clientId }).delete();
}

/** A grant belongs to itself, as its codes and tokens do. */
async function endGrant(transaction: Knex.Transaction, userId: string, id: string): Promise<boolean> {
  const ended: Pick<Row, 'model'>[] = await transaction('oidc_artifacts')
    .where({ account_id: userId, grant_id: Buffer.from(id, 'base64url') })
    .delete(['model']);
  return ended.some(({ model }) => model === 'Grant');
}

async function renameSession(transaction: Knex.Transaction, userId: string, uid: string, id: string): Promise<boolean> {
  const renamed = await transaction('oidc_artifacts')
    .where({ model: 'Session', account_id: userId, uid: sha256(uid) })
    .update({ id: sha256(id) });
  return renamed === 1;
}

async function eraseArtifacts(transaction: Knex.Transaction, userId: string): Promise<void> {
  await transaction('oidc_artifacts').where({ account_id: userId }).delete();
}

interface GrantPayload {
  readonly iat?: number;
  readonly openid?: { readonly scope?: string };
  readonly resources?: Readonly<Record<string, string>>;
}

interface Row {
  readonly id: Buffer;
  readonly model: string;
  readonly client_id: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly expires_at: Date | null;
}

function live(db: Knex, clock: Clock, userId: string, models: readonly string[]): Promise<Row[]> {
  return db('oidc_artifacts')
    .select('id', 'model', 'client_id', 'payload', 'expires_at')
    .where({ account_id: userId })
    .whereIn('model', models)
    .where((query) => query.whereNull('expires_at').orWhere('expires_at', '>', clock.now()));
}

const fromEpoch = (seconds: unknown): Date => new Date(Number(seconds ?? 0) * 1000);
const words = (scope: string | undefined): string[] => scope?.split(' ').filter(Boolean) ?? [];
