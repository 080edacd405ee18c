import {
  type Artifact,
  type ArtifactStore,
  type Key,
  type Model,
  type StoredArtifact,
  shortLived,
  type Write,
} from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { RedisConnection } from './client.ts';
import { inTime } from './in-time.ts';
import { CLAIM, CONSUME, ENROL } from './scripts.ts';

/** What stands under an artefact's key, after its expiry in milliseconds and a space. Digests are hexadecimal. */
interface Entry {
  readonly payload: Record<string, unknown>;
  readonly grantId: string | undefined;
  readonly uid: string | undefined;
  readonly userCode: string | undefined;
}

/**
 * Short-lived artefacts in Redis, a single server or a cluster: the keys of one artefact share a hash tag, and no
 * command spans two artefacts. Expiry is Redis's own, and checked against the clock at every look.
 */
export function redisArtifacts(redis: RedisConnection, clock: Clock): ArtifactStore {
  const store = new RedisArtifacts(redis, clock);
  return {
    find: (model, key, digest) => store.find(model, key, digest),
    async apply(writes) {
      const of = (...kinds: Write['kind'][]) => writes.filter(({ kind }) => kinds.includes(kind));
      if (!(await store.writeAll(of('claim', 'require')))) return false;
      if (!(await store.consumeAll(of('consume')))) return false;
      return store.writeAll(of('put', 'destroy', 'revoke'));
    },
  };
}

/** Which of a user's artefacts are meant; all of them, where nothing is said. */
export type Which = (model: Model, payload: Readonly<Record<string, unknown>>) => boolean;

/** Removes what there is of a user in Redis, as far as it is meant. */
export function endRedisAccount(redis: RedisConnection, clock: Clock, accountId: string, which?: Which): Promise<void> {
  return new RedisArtifacts(redis, clock).endAccount(accountId, which);
}

class RedisArtifacts {
  readonly #redis: RedisConnection;
  readonly #clock: Clock;

  constructor(redis: RedisConnection, clock: Clock) {
    this.#redis = inTime(redis);
    this.#clock = clock;
  }

  async find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined> {
    if (key === 'id') return (await this.#read(model, digest))?.stored;
    const id = await this.#redis.get(indexOf(model, key, digest));
    const found = id ? await this.#read(model, Buffer.from(id, 'hex')) : undefined;
    // The index outlives what it points to, where that was put again under another code.
    return found?.entry[key] === digest.toString('hex') ? found.stored : undefined;
  }

  /** @returns false when a claim or a require was lost. */
  async writeAll(writes: readonly Write[]): Promise<boolean> {
    const results = await Promise.all(writes.map((write) => this.#write(write)));
    return !results.includes(false);
  }

  /** @returns false when one was lost; then those that were won are given back. */
  async consumeAll(writes: readonly Write[]): Promise<boolean> {
    const used: Write[] = [];
    for (const write of writes) {
      if (await this.#write(write)) used.push(write);
      else {
        await Promise.all(used.map((each) => this.#redis.unlink([markOf(...nameOf(each))])));
        return false;
      }
    }
    return true;
  }

  async #read(model: Model, id: Buffer): Promise<{ entry: Entry; stored: StoredArtifact } | undefined> {
    const [text, used] = await this.#redis.mGet([keyOf(model, id), markOf(model, id)]);
    if (!text) return undefined;
    const space = text.indexOf(' ');
    if (Number(text.slice(0, space)) <= this.#clock.now().getTime()) return undefined;
    const entry = JSON.parse(text.slice(space)) as Entry;
    const grantId = entry.grantId ? Buffer.from(entry.grantId, 'hex') : undefined;
    const stored = { id, payload: entry.payload, grantId, consumedAt: used ? new Date(Number(used)) : undefined };
    return { entry, stored };
  }

  /** @returns false when a consume, a claim or a require was lost. */
  async #write(write: Write): Promise<boolean> {
    switch (write.kind) {
      case 'put':
        await this.#put(write.artifact);
        return true;
      case 'claim':
        return this.#run(CLAIM, write.artifact.model, write.artifact.id, this.#entry(write.artifact));
      case 'consume':
        return this.#run(CONSUME, write.model, write.id, []);
      case 'require':
        return (await this.#read(write.model, write.id)) !== undefined;
      case 'destroy':
        await this.#redis.unlink([keyOf(write.model, write.id), markOf(write.model, write.id)]);
        return true;
      case 'revoke':
        await this.#removeMembers(write.model, grantOf(write.model, write.grantId));
        return true;
      case 'end':
      case 'event':
      case 'job':
        throw new TypeError('what must last belongs in PostgreSQL');
    }
  }

  /** The indexes come first: an artefact that exists can always be revoked. */
  async #put(artifact: Artifact): Promise<void> {
    const { model, id, grantId, accountId, uid, userCode } = artifact;
    const [text, ttl] = this.#entry(artifact);
    const index = (key: Key, digest: Buffer) =>
      this.#redis.set(indexOf(model, key, digest), id.toString('hex'), { PX: Number(ttl) });
    const enrol = (members: string) =>
      this.#redis.eval(ENROL, { keys: [members], arguments: [id.toString('hex'), ttl] });
    await Promise.all([
      grantId && enrol(grantOf(model, grantId)),
      accountId && enrol(accountOf(model, accountId)),
      uid && index('uid', uid),
      userCode && index('userCode', userCode),
      // What was used stays used as long as it is there.
      this.#redis.pExpire(markOf(model, id), Number(ttl)),
    ]);
    await this.#redis.set(keyOf(model, id), text, { PX: Number(ttl) });
  }

  async #run(script: string, model: Model, id: Buffer, rest: readonly string[]): Promise<boolean> {
    const now = String(this.#clock.now().getTime());
    const keys = [keyOf(model, id), markOf(model, id)];
    return (await this.#redis.eval(script, { keys, arguments: [now, ...rest] })) === 1;
  }

  async #removeMembers(model: Model, members: string): Promise<void> {
    const ids = (await this.#redis.sMembers(members)).map((hex) => Buffer.from(hex, 'hex'));
    await Promise.all(ids.map((id) => this.#redis.unlink([keyOf(model, id), markOf(model, id)])));
    await this.#redis.unlink([members]);
  }

  async endAccount(accountId: string, which: Which = () => true): Promise<void> {
    await Promise.all(
      [...shortLived].map(async (model) => {
        const ids = (await this.#redis.sMembers(accountOf(model, accountId))).map((hex) => Buffer.from(hex, 'hex'));
        await Promise.all(ids.map((id) => this.#endOne(model, accountId, id, which)));
      }),
    );
  }

  async #endOne(model: Model, accountId: string, id: Buffer, which: Which): Promise<void> {
    const found = await this.#read(model, id);
    if (found && !which(model, found.stored.payload)) return;
    await this.#redis.unlink([keyOf(model, id), markOf(model, id)]);
    await this.#redis.sRem(accountOf(model, accountId), id.toString('hex'));
  }

  /** As it is stored, and the milliseconds it lives. */
  #entry({ model, payload, grantId, uid, userCode, expiresAt }: Artifact): [text: string, ttl: string] {
    if (!expiresAt) throw new TypeError(`${model} has no expiry and belongs in PostgreSQL`);
    const hex = (digest: Buffer | undefined) => digest?.toString('hex');
    const entry: Entry = { payload: { ...payload }, grantId: hex(grantId), uid: hex(uid), userCode: hex(userCode) };
    const ttl = Math.max(1, expiresAt.getTime() - this.#clock.now().getTime());
    return [`${expiresAt.getTime()} ${JSON.stringify(entry)}`, String(ttl)];
  }
}

function nameOf(write: Write): [model: Model, id: Buffer] {
  if ('artifact' in write) return [write.artifact.model, write.artifact.id];
  if (!('id' in write)) throw new TypeError(`${write.kind} names no artefact`);
  return [write.model, write.id];
}

// Braces are Redis Cluster's hash tag: the keys of one artefact live in one slot.
const keyOf = (model: Model, id: Buffer) => `gatehouse:{${model}:${id.toString('hex')}}`;
const markOf = (model: Model, id: Buffer) => `${keyOf(model, id)}:consumed`;
const grantOf = (model: Model, grantId: Buffer) => `gatehouse:{grant:${grantId.toString('hex')}}:${model}`;
const accountOf = (model: Model, accountId: string) => `gatehouse:{account:${accountId}}:${model}`;
const indexOf = (model: Model, key: string, digest: Buffer) => `gatehouse:{${model}:${key}:${digest.toString('hex')}}`;
