import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Artifact, Ending, Key, Model, StoredArtifact, UnitOfWork } from '../artifacts/index.ts';
import type { ClientRegistry } from '../clients/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { randomToken, sha256 } from '../kernel/ids.ts';
import { engineMetadata } from './client-metadata.ts';
import { sighting } from './sighting.ts';
import { type StructuredTokens, withStructured } from './structured-tokens.ts';
import { tellRevokedHere } from './tell-revoked.ts';
import { grantKey } from './token-id.ts';

/**
 * oidc-provider's storage, over the request's unit of work. Ids are hashed on their way in, and payloads lose every
 * value that could be used: what is stored signs nobody in (checklist 46).
 */
export function adapterFactory(parts: AdapterParts): AdapterFactory {
  return (name) => {
    if (name === 'Client') return clientAdapter(parts.clients);
    const adapter = artifactAdapter(name as Model, parts);
    return parts.structured && STRUCTURED.has(name) ? withStructured(name, adapter, parts.structured) : adapter;
  };
}

export interface AdapterParts {
  readonly work: UnitOfWork;
  readonly clients: ClientRegistry;
  readonly clock: Clock;
  /** Gives each grant its tokens' place in the status lists. */
  readonly takeStatusIndex?: () => Promise<number | undefined>;
  /** Finds access tokens that nobody stores. */
  readonly structured?: StructuredTokens;
}

/** In which the engine looks for a token that comes to introspection or revocation. */
const STRUCTURED: ReadonlySet<string> = new Set(['AccessToken', 'ClientCredentials', 'RefreshToken']);

/** The engine's ids never hold this sign; we name an artefact by its digest where its id is not known to us. */
const BY_DIGEST = '#';

/**
 * Such a name that can be looked up: an interaction's reference to another artefact. Each process makes a mark of its
 * own, so that nobody outside can write one: digests are no secret, they stand in every dump.
 */
const REFERENCE = `${BY_DIGEST}${randomToken()}:`;

function artifactAdapter(model: Model, { work, clock, takeStatusIndex }: AdapterParts): Adapter {
  const by = async (key: Key, digest: Buffer, id?: string) => {
    const stored = await work.find(model, key, digest);
    // A grant that has ended is its owner's to see, and nothing is issued under it.
    if (model === 'Grant' && stored?.consumedAt) return undefined;
    return stored && toPayload(model, stored, id ?? BY_DIGEST + stored.id.toString('hex'));
  };
  return {
    // Only we name by digest: a digest that comes from outside opens nothing.
    find: async (id) =>
      id.startsWith(BY_DIGEST) && !id.startsWith(REFERENCE) ? undefined : by('id', digestOf(id), id),
    findByUid: (uid) => by('uid', sha256(uid)),
    findByUserCode: (userCode) => by('userCode', sha256(userCode)),
    async upsert(id, payload, expiresIn) {
      const seen = model === 'Session' && payload.accountId ? { seen: sighting(clock) } : {};
      const statusIndex = model === 'Grant' ? await takeStatusIndex?.() : undefined;
      const artifact = toArtifact(model, id, { ...payload, ...seen }, expiry(clock, expiresIn));
      const kind = model === 'ReplayDetection' ? 'claim' : 'put';
      await work.write({ kind, artifact: { ...artifact, ...(statusIndex === undefined ? {} : { statusIndex }) } });
    },
    consume: (id) => work.write({ kind: 'consume', model, id: digestOf(id) }),
    destroy: (id) => work.write({ kind: 'destroy', model, id: digestOf(id) }),
    async revokeByGrantId(grantId) {
      const digest = sha256(grantId);
      await work.write({ kind: 'revoke', model, grantId: digest });
      if (model !== 'AccessToken') return;
      await work.write({ kind: 'end', ending: endOfGrant(digest) });
      await tellRevokedHere(work, digest);
    },
  };
}

/** Access tokens of it that nobody stores are refused from now on. */
const endOfGrant = (grantId: Buffer): Ending => ({ kind: 'grant', value: grantKey(grantId), grantId });

/** Clients come from memory, and nothing of the engine's writes them. */
function clientAdapter(clients: ClientRegistry): Adapter {
  const readOnly = async () => {
    throw new TypeError('clients are not written through the engine');
  };
  return {
    find: async (id) => {
      const metadata = await clients.find(id);
      return metadata && engineMetadata(metadata);
    },
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: readOnly,
    consume: readOnly,
    destroy: readOnly,
    revokeByGrantId: readOnly,
  };
}

function toArtifact(model: Model, id: string, payload: AdapterPayload, expiresAt: Date | undefined): Artifact {
  const digest = (value: string | undefined) => (value === undefined ? undefined : sha256(value));
  return {
    model,
    id: digestOf(id),
    payload: withoutSecrets(id, payload),
    // Of a sign-in under way: who has just proved a password in it, or else is signed in already.
    accountId: payload.accountId ?? accountIn(payload['result']) ?? payload.session?.accountId,
    clientId: payload.clientId,
    // A grant belongs to itself: what revokes it finds it the same way as its tokens.
    grantId: model === 'Grant' ? digestOf(id) : digest(payload.grantId),
    uid: digest(payload.uid),
    userCode: digest(payload.userCode),
    sessionUid: payload.expiresWithSession ? digest(payload.sessionUid) : undefined,
    expiresAt,
  };
}

/** Who an interaction's result signs in. */
function accountIn(result: unknown): string | undefined {
  const login = (result as { login?: { accountId?: unknown } } | undefined)?.login;
  return typeof login?.accountId === 'string' ? login.accountId : undefined;
}

/** By what an interaction refers to a pushed request (its request_uri) and to a device's code: those are live too. */
const REFERENCES = ['parJti', 'deviceCode'] as const;

/** Each of an interaction's references, in another spelling. */
function references(payload: Record<string, unknown>, spell: (value: string) => string): Record<string, string> {
  const present = REFERENCES.filter((name) => typeof payload[name] === 'string');
  return Object.fromEntries(present.map((name) => [name, spell(payload[name] as string)]));
}

/** Takes out the id, which is the token, and an interaction's copies of its own id and of others'. */
function withoutSecrets(id: string, { jti: _jti, ...payload }: AdapterPayload): Record<string, unknown> {
  const { returnTo, session } = payload;
  return {
    ...payload,
    ...references(payload, (value) => digestOf(value).toString('hex')),
    ...(returnTo?.endsWith(id) ? { returnTo: returnTo.slice(0, -id.length) } : {}),
    ...(session ? { session: { ...session, cookie: undefined } } : {}),
  };
}

function toPayload(model: Model, { payload, consumedAt }: StoredArtifact, id: string): AdapterPayload {
  const own = structuredClone(payload) as AdapterPayload;
  return {
    ...own,
    ...references(own, (hex) => REFERENCE + hex),
    jti: id,
    ...(model === 'Interaction' && own.returnTo?.endsWith('/') ? { returnTo: own.returnTo + id } : {}),
    ...(consumedAt ? { consumed: Math.floor(consumedAt.getTime() / 1000) } : {}),
  };
}

/** Of a SHA-256 in hex. */
const DIGITS = 64;

function digestOf(id: string): Buffer {
  return id.startsWith(BY_DIGEST) ? Buffer.from(id.slice(-DIGITS), 'hex') : sha256(id);
}

/** The engine counts in seconds; 0 or nothing means that it never expires. */
function expiry(clock: Clock, expiresIn: number | undefined): Date | undefined {
  return expiresIn ? new Date(clock.now().getTime() + expiresIn * 1000) : undefined;
}
