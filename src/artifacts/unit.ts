import { isDeepStrictEqual } from 'node:util';
import { rowOf } from '../events/index.ts';
import type { Clock } from '../kernel/clock.ts';
import {
  type Artifact,
  type ArtifactStore,
  bundled,
  type Key,
  type Model,
  type StoredArtifact,
  type Write,
} from './types.ts';
import { actorOf } from './whose.ts';

type Revoke = Extract<Write, { kind: 'revoke' }>;

interface Reading {
  readonly promise: Promise<StoredArtifact | undefined>;
  /** What it brought, once it has. */
  stored?: StoredArtifact | undefined;
}

/** What a session knows of one application. */
interface Authorization {
  readonly sid?: string;
  /** It was given offline_access, which outlives the session. */
  readonly persistsLogout?: boolean;
}

/** A session whose expiry alone moved by less than this is not written again (design: the session row is not hot). */
const SESSION_TOUCH_SECONDS = 300;

/** What one request has read, and what it wants written: its reads see its writes before the store does. */
export class Unit {
  readonly #store: ArtifactStore;
  readonly #clock: Clock;
  readonly #writes = new Map<string, Write>();
  readonly #reads = new Map<string, Reading>();

  constructor(store: ArtifactStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined> {
    const put = this.#findPut(model, key, digest);
    if (put) {
      const { id, payload, grantId } = put;
      return { id, payload, grantId, consumedAt: this.#known(model, id)?.consumedAt };
    }
    const stored = await this.#read(model, key, digest);
    return stored && this.#asWritten(model, stored);
  }

  write(write: Write): void {
    if (write.kind === 'revoke') this.#forget(write);
    const slot = slotOf(write);
    const earlier = this.#writes.get(slot);
    this.#writes.set(slot, earlier ? merged(earlier, write) : write);
  }

  /** What is left to write: one write for each artefact, and none that only touches a session. */
  pending(): Write[] {
    const writes = [...this.#writes.values()].filter((write) => !this.#isTouch(write));
    return [...writes, ...writes.flatMap((write) => [...this.#required(write), ...this.#ended(write)])];
  }

  #findPut(model: Model, key: Key, digest: Buffer): Artifact | undefined {
    const puts = [...this.#writes.values()].flatMap((write) => ('artifact' in write ? [write.artifact] : []));
    return puts.find((artifact) => artifact.model === model && artifact[key]?.equals(digest));
  }

  /** What the unit's own writes have made of a stored artefact. One it has put again is found by its new keys alone. */
  #asWritten(model: Model, stored: StoredArtifact): StoredArtifact | undefined {
    const write = this.#writes.get(`${model}:${stored.id.toString('hex')}`);
    if (write && write.kind !== 'consume') return undefined;
    if (stored.grantId && this.#writes.has(revokeSlot(model, stored.grantId))) return undefined;
    return write ? { ...stored, consumedAt: stored.consumedAt ?? this.#clock.now() } : stored;
  }

  /** The same question is put to the store once. */
  #read(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined> {
    const slot = `${model}:${key}:${digest.toString('hex')}`;
    const earlier = this.#reads.get(slot);
    if (earlier) return earlier.promise;
    const wanted = key === 'id' && bundled.has(model) ? this.#readBundle(model, digest) : undefined;
    return this.#remember(slot, wanted ?? this.#store.find(model, key, digest));
  }

  #remember(slot: string, promise: Promise<StoredArtifact | undefined>): Promise<StoredArtifact | undefined> {
    const reading: Reading = { promise };
    this.#reads.set(slot, reading);
    promise.then(
      (stored) => {
        reading.stored = stored;
      },
      () => this.#reads.delete(slot),
    );
    return promise;
  }

  /** What it hangs on is asked for next, and known by then. */
  async #readBundle(model: Model, id: Buffer): Promise<StoredArtifact | undefined> {
    if (!this.#store.findBundle) return this.#store.find(model, 'id', id);
    const { stored, related } = await this.#store.findBundle(model, id);
    for (const each of related) {
      const slot = `${each.model}:${each.key}:${each.digest.toString('hex')}`;
      if (!this.#reads.has(slot)) this.#remember(slot, Promise.resolve(each.stored));
    }
    return stored;
  }

  #known(model: Model, id: Buffer): StoredArtifact | undefined {
    return this.#reads.get(`${model}:id:${id.toString('hex')}`)?.stored;
  }

  /**
   * The session that this request looked at must still be there, whatever id it goes on under: what its owner ends
   * meanwhile, or gives another id, is not brought back by whoever else uses it at that moment (checklist 31, 33).
   */
  #required(write: Write): Write[] {
    if (write.kind !== 'put' || write.artifact.model !== 'Session') return [];
    const { uid } = write.artifact.payload;
    const known = [...this.#reads].flatMap(([slot, { stored }]) => (slot.startsWith('Session:id:') && stored) || []);
    const same = known.filter(({ payload }) => payload['uid'] === uid);
    return same.map(({ id }): Write => ({ kind: 'require', model: 'Session', id }));
  }

  /** A session that is gone, and does not go on under another id, has ended at each application that signs out with it. */
  #ended(write: Write): Write[] {
    if (write.kind !== 'destroy' || write.model !== 'Session') return [];
    const { uid, accountId, acr, authorizations = {} } = this.#known('Session', write.id)?.payload ?? {};
    const goesOn = [...this.#writes.values()].some(
      (other) => 'artifact' in other && other.artifact.payload['uid'] === uid,
    );
    if (goesOn) return [];
    const ended = Object.values(authorizations as Record<string, Authorization>).flatMap(
      ({ sid, persistsLogout }): Write[] =>
        sid && !persistsLogout ? [{ kind: 'end', ending: { kind: 'sid', value: sid } }] : [],
    );
    if (!accountId) return ended;
    const signIn = { accountId: String(accountId), acr };
    return [...ended, this.#told(write.id, signIn, String(uid))];
  }

  /** Of requests that end the same session at once, one does. */
  #told(id: Buffer, signIn: Parameters<typeof actorOf>[0], session: string): Write {
    const { accountId: userId } = signIn;
    const data = { user_id: userId, session_id: session, reason: 'logout' } as const;
    const event = { type: 'identity.session.ended.v1', subject: userId, actor: actorOf(signIn), data } as const;
    return { kind: 'event', row: rowOf(event, this.#clock.now()), of: { model: 'Session', id } };
  }

  /** A revocation takes what was written before it along: the store would not see the two in this order. */
  #forget({ model, grantId }: Revoke): void {
    for (const [slot, write] of this.#writes) {
      if (!('artifact' in write) && write.kind !== 'consume' && write.kind !== 'destroy') continue;
      const artifact = 'artifact' in write ? write.artifact : this.#known(write.model, write.id);
      const itsModel = 'artifact' in write ? write.artifact.model : write.model;
      if (itsModel === model && artifact?.grantId?.equals(grantId)) this.#writes.delete(slot);
    }
  }

  /**
   * Whether a write says nothing new but a session's expiry, and when and where it was seen, a few minutes later. It is
   * compared with what is stored, so that small steps add up: both lag by less than the limit, however often the
   * session is used.
   */
  #isTouch(write: Write): boolean {
    if (write.kind !== 'put' || write.artifact.model !== 'Session') return false;
    const stored = this.#known('Session', write.artifact.id);
    if (!stored) return false;
    const { exp: exp0, iat: _iat0, seen: _seen0, ...old } = stored.payload;
    const { exp: exp1, iat: _iat1, seen: _seen1, ...fresh } = write.artifact.payload;
    return Math.abs(Number(exp1) - Number(exp0)) < SESSION_TOUCH_SECONDS && isDeepStrictEqual(old, fresh);
  }
}

/** Two writes of one artefact in one request. What was claimed or used stays so: dropping that would undo the swap. */
function merged(earlier: Write, write: Write): Write {
  const kinds = `${earlier.kind} ${write.kind}`;
  if (kinds === 'claim put' || kinds === 'consume destroy') return earlier;
  if (kinds === 'consume put' || kinds === 'put consume' || kinds === 'claim consume') {
    throw new TypeError(`one request cannot ${earlier.kind} and ${write.kind} the same artefact`);
  }
  return write;
}

let jobs = 0;

function slotOf(write: Write): string {
  if (write.kind === 'end') return `end:${write.ending.kind}:${write.ending.value}`;
  if (write.kind === 'job') return `job:${++jobs}`;
  if (write.kind === 'event') return `event:${write.row.id}`;
  if (write.kind === 'revoke') return revokeSlot(write.model, write.grantId);
  const { model, id } = 'artifact' in write ? write.artifact : write;
  return `${model}:${id.toString('hex')}`;
}

const revokeSlot = (model: Model, grantId: Buffer) => `revoke:${model}:${grantId.toString('hex')}`;
