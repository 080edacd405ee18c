import type { Knex } from 'knex';
import type {
  PersonalArtifacts,
  PersonalGrant,
  PersonalSession,
  PersonalToken,
  Sighting,
} from '../../src/artifacts/index.ts';
import { append, type NewEvent } from '../../src/events/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import { type EndingParts, endGrants, endSessions, type MarkedGrant } from './end-sessions.ts';

/** What the engine keeps of a person in PostgreSQL. */
export function personalArtifacts(parts: EndingParts): PersonalArtifacts {
  const { clock } = parts;
  return {
    sessions: (db, userId) => personalSessions(db, clock, userId),
    grants: (db, userId) => personalGrants(db, clock, userId),
    tokens: (db, userId) => personalTokens(db, clock, userId),
    takeBack: (transaction, userId, clientId) => takeBack(transaction, parts, userId, clientId),
    endGrant: (transaction, userId, id) => endGrant(transaction, parts, userId, id),
    renameSession,
    erase: (transaction, userId) => eraseArtifacts(transaction, parts, userId),
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

async function takeBack(
  transaction: Knex.Transaction,
  parts: EndingParts,
  userId: string,
  clientId: string,
): Promise<void> {
  const its = { account_id: userId, client_id: clientId };
  const grants = await transaction('oidc_artifacts')
    .where({ ...its, model: 'Grant' })
    .pluck('id');
  await endGrantsOf(transaction, parts, userId, grants, 'taken_back');
  await transaction('oidc_artifacts').where(its).delete();
}

/** A grant belongs to itself, as its codes and tokens do. */
async function endGrant(
  transaction: Knex.Transaction,
  parts: EndingParts,
  userId: string,
  id: string,
): Promise<boolean> {
  const its = { account_id: userId, grant_id: Buffer.from(id, 'base64url') };
  const grants = await transaction('oidc_artifacts')
    .where({ ...its, model: 'Grant' })
    .pluck('id');
  await endGrantsOf(transaction, parts, userId, grants, 'revoked');
  await transaction('oidc_artifacts').where(its).delete();
  return grants.length > 0;
}

/** Ends grants, and writes down each that had not ended before. */
async function endGrantsOf(
  transaction: Knex.Transaction,
  parts: EndingParts,
  userId: string,
  grants: readonly Buffer[],
  reason: 'revoked' | 'taken_back',
): Promise<void> {
  const marked = await endGrants(transaction, parts, grants);
  const revoked = ({ id, client_id }: MarkedGrant): NewEvent => ({
    type: 'identity.token.revoked.v1',
    subject: userId,
    data: { user_id: userId, client_id, grant_id: id.toString('base64url'), reason },
  });
  await append(transaction, parts.clock.now(), ...marked.map(revoked));
}

async function renameSession(transaction: Knex.Transaction, userId: string, uid: string, id: string): Promise<boolean> {
  const renamed = await transaction('oidc_artifacts')
    .where({ model: 'Session', account_id: userId, uid: sha256(uid) })
    .update({ id: sha256(id) });
  return renamed === 1;
}

async function eraseArtifacts(transaction: Knex.Transaction, parts: EndingParts, userId: string): Promise<void> {
  await endSessions(transaction, parts, userId);
  // Their tokens are refused by their grants; who they were, nothing says any more.
  await transaction('revocations').where({ kind: 'sub', value: userId }).delete();
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
