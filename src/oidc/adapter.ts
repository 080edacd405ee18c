import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Artifact, Key, Model, StoredArtifact, UnitOfWork } from '../artifacts/index.ts';
import type { ClientRegistry } from '../clients/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { sha256 } from '../kernel/ids.ts';
import { engineMetadata } from './client-metadata.ts';

/**
 * oidc-provider's storage, over the request's unit of work. Ids are hashed on their way in, and payloads lose every
 * value that could be used: what is stored signs nobody in (checklist 46).
 */
export function adapterFactory(work: UnitOfWork, clients: ClientRegistry, clock: Clock): AdapterFactory {
  return (name) => (name === 'Client' ? clientAdapter(clients) : artifactAdapter(name as Model, work, clock));
}

/** The engine's ids never hold this sign; we name an artefact by its digest where its id is not known to us. */
const BY_DIGEST = '#';

function artifactAdapter(model: Model, work: UnitOfWork, clock: Clock): Adapter {
  const by = async (key: Key, value: string) => {
    const stored = await work.find(model, key, sha256(value));
    return stored && toPayload(model, stored, key === 'id' ? value : BY_DIGEST + stored.id.toString('hex'));
  };
  return {
    // Only we name by digest: a digest that comes from outside opens nothing.
    find: async (id) => (id.startsWith(BY_DIGEST) ? undefined : by('id', id)),
    findByUid: (uid) => by('uid', uid),
    findByUserCode: (userCode) => by('userCode', userCode),
    async upsert(id, payload, expiresIn) {
      const artifact = toArtifact(model, id, payload, expiry(clock, expiresIn));
      await work.write({ kind: model === 'ReplayDetection' ? 'claim' : 'put', artifact });
    },
    consume: (id) => work.write({ kind: 'consume', model, id: digestOf(id) }),
    destroy: (id) => work.write({ kind: 'destroy', model, id: digestOf(id) }),
    revokeByGrantId: (grantId) => work.write({ kind: 'revoke', model, grantId: sha256(grantId) }),
  };
}

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
    accountId: payload.accountId,
    clientId: payload.clientId,
    // A grant belongs to itself: what revokes it finds it the same way as its tokens.
    grantId: model === 'Grant' ? digestOf(id) : digest(payload.grantId),
    uid: digest(payload.uid),
    userCode: digest(payload.userCode),
    expiresAt,
  };
}

/** Takes out the id, which is the token, and an interaction's copies of its own id and of the session's. */
function withoutSecrets(id: string, { jti: _jti, ...payload }: AdapterPayload): Record<string, unknown> {
  const { returnTo, session } = payload;
  return {
    ...payload,
    ...(returnTo?.endsWith(id) ? { returnTo: returnTo.slice(0, -id.length) } : {}),
    ...(session ? { session: { ...session, cookie: undefined } } : {}),
  };
}

function toPayload(model: Model, { payload, consumedAt }: StoredArtifact, id: string): AdapterPayload {
  const own = structuredClone(payload) as AdapterPayload;
  return {
    ...own,
    jti: id,
    ...(model === 'Interaction' && own.returnTo?.endsWith('/') ? { returnTo: own.returnTo + id } : {}),
    ...(consumedAt ? { consumed: Math.floor(consumedAt.getTime() / 1000) } : {}),
  };
}

function digestOf(id: string): Buffer {
  return id.startsWith(BY_DIGEST) ? Buffer.from(id.slice(BY_DIGEST.length), 'hex') : sha256(id);
}

/** The engine counts in seconds; 0 or nothing means that it never expires. */
function expiry(clock: Clock, expiresIn: number | undefined): Date | undefined {
  return expiresIn ? new Date(clock.now().getTime() + expiresIn * 1000) : undefined;
}
