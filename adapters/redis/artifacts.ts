import type { Artifact, ArtifactStore, Model, Write } from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { RedisConnection } from './client.ts';

/** What stands under an artefact's key. */
interface Entry {
  readonly payload: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Marks an artefact as used, once: KEYS are the artefact and its mark, ARGV the time of use.
 * The mark lives as long as the artefact, so a replay is seen for what it is.
 */
const CONSUME = `
  local left = redis.call('pttl', KEYS[1])
  if left <= 0 then return 0 end
  if redis.call('set', KEYS[2], ARGV[1], 'NX', 'PX', left) then return 1 end
  return 0`;

/**
 * Short-lived artefacts in Redis, a single server or a cluster: the keys of one artefact share a hash tag, and no
 * command spans two artefacts. Expiry is Redis's own, and checked against the clock at every look.
 */
export function redisArtifacts(redis: RedisConnection, clock: Clock): ArtifactStore {
  const store = new RedisArtifacts(redis, clock);
  return {
    async find(model, key, digest) {
      const id = key === 'id' ? digest : await store.lookUp(model, key, digest);
      return id && store.read(model, id);
    },
    async apply(writes) {
      for (const write of writes) if (!(await store.write(write))) return false;
      return true;
    },
  };
}

class RedisArtifacts {
  readonly #redis: RedisConnection;
  readonly #clock: Clock;

  constructor(redis: RedisConnection, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
  }

  async read(model: Model, id: Buffer) {
    const [entry, used] = await this.#redis.mGet([keyOf(model, id), markOf(model, id)]);
    if (!entry) return undefined;
    const { payload, expiresAt } = JSON.parse(entry) as Entry;
    if (expiresAt <= this.#clock.now().getTime()) return undefined;
    return { id, payload, consumedAt: used ? new Date(Number(used)) : undefined };
  }

  async lookUp(model: Model, key: string, digest: Buffer): Promise<Buffer | undefined> {
    const id = await this.#redis.get(indexOf(model, key, digest));
    return id ? Buffer.from(id, 'hex') : undefined;
  }

  /** @returns false when a consume or a claim was lost. */
  async write(write: Write): Promise<boolean> {
    switch (write.kind) {
      case 'put':
        await this.#put(write.artifact);
        return true;
      case 'claim':
        return (await this.#set(write.artifact, { NX: true })) !== null;
      case 'consume':
        return this.#consume(write.model, write.id);
      case 'destroy':
        await this.#redis.unlink([keyOf(write.model, write.id), markOf(write.model, write.id)]);
        return true;
      case 'revoke':
        await this.#revoke(write.model, write.grantId);
        return true;
    }
  }

  /** The index comes first: an artefact that exists can always be revoked. */
  async #put(artifact: Artifact): Promise<void> {
    const { model, id, grantId, uid, userCode } = artifact;
    const ttl = this.#ttl(artifact);
    if (grantId) {
      const members = grantOf(model, grantId);
      await this.#redis.sAdd(members, id.toString('hex'));
      if (!(await this.#redis.pExpire(members, ttl, 'NX'))) await this.#redis.pExpire(members, ttl, 'GT');
    }
    if (uid) await this.#redis.set(indexOf(model, 'uid', uid), id.toString('hex'), { PX: ttl });
    if (userCode) await this.#redis.set(indexOf(model, 'userCode', userCode), id.toString('hex'), { PX: ttl });
    await this.#set(artifact);
  }

  #set(artifact: Artifact, options: { NX?: true } = {}): Promise<string | null> {
    const ttl = this.#ttl(artifact);
    const entry: Entry = { payload: { ...artifact.payload }, expiresAt: this.#clock.now().getTime() + ttl };
    return this.#redis.set(keyOf(artifact.model, artifact.id), JSON.stringify(entry), { PX: ttl, ...options });
  }

  async #consume(model: Model, id: Buffer): Promise<boolean> {
    if (!(await this.read(model, id))) return false;
    const keys = [keyOf(model, id), markOf(model, id)];
    return (await this.#redis.eval(CONSUME, { keys, arguments: [String(this.#clock.now().getTime())] })) === 1;
  }

  async #revoke(model: Model, grantId: Buffer): Promise<void> {
    const members = grantOf(model, grantId);
    for (const hex of await this.#redis.sMembers(members)) {
      const id = Buffer.from(hex, 'hex');
      await this.#redis.unlink([keyOf(model, id), markOf(model, id)]);
    }
    await this.#redis.unlink([members]);
  }

  #ttl({ model, expiresAt }: Artifact): number {
    if (!expiresAt) throw new TypeError(`${model} has no expiry and belongs in PostgreSQL`);
    return Math.max(1, expiresAt.getTime() - this.#clock.now().getTime());
  }
}

// Braces are Redis Cluster's hash tag: the keys of one artefact live in one slot.
const keyOf = (model: Model, id: Buffer) => `gatehouse:{${model}:${id.toString('hex')}}`;
const markOf = (model: Model, id: Buffer) => `${keyOf(model, id)}:consumed`;
const grantOf = (model: Model, grantId: Buffer) => `gatehouse:{grant:${grantId.toString('hex')}}:${model}`;
const indexOf = (model: Model, key: string, digest: Buffer) => `gatehouse:{${model}:${key}:${digest.toString('hex')}}`;
