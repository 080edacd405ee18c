import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import type { ArtifactStore, Key, Model, StoredArtifact, Write } from './types.ts';

/** A code, a refresh token or a proof was used by somebody else between this request's look and its write. */
export class ArtifactConflict extends Error {
  constructor() {
    super('the artefact was used by another request');
    this.name = 'ArtifactConflict';
  }
}

interface Unit {
  readonly writes: Map<string, Write>;
  readonly reads: Map<string, Promise<StoredArtifact | undefined>>;
}

/** A session whose expiry alone moved by less than this is not written again (design: the session row is not hot). */
const SESSION_TOUCH_SECONDS = 300;

/**
 * Collects the writes of one request and hands them to the store as one, before the answer leaves:
 * a process killed anywhere leaves all of them or none. Reads see what the unit has written.
 */
export class UnitOfWork {
  readonly #store: ArtifactStore;
  readonly #current = new AsyncLocalStorage<Unit>();

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  /**
   * Runs `work`, then writes. Nothing is written when `work` throws.
   * @throws ArtifactConflict when a consume or a claim was lost; nothing was written then.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const unit: Unit = { writes: new Map(), reads: new Map() };
    const result = await this.#current.run(unit, work);
    await this.#flush([...unit.writes.values()].filter((write) => !this.#isTouch(unit, write)));
    return result;
  }

  async find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined> {
    const unit = this.#current.getStore();
    if (!unit) return this.#store.find(model, key, digest);
    const written = key === 'id' ? pendingState(unit, model, digest) : undefined;
    if (written) return written.stored;
    return remember(unit.reads, `${model}:${key}:${digest.toString('hex')}`, () =>
      this.#store.find(model, key, digest),
    );
  }

  async write(write: Write): Promise<void> {
    const unit = this.#current.getStore();
    if (!unit) return this.#flush([write]);
    const slot = slotOf(write);
    const earlier = unit.writes.get(slot);
    // A claim that is written again in the same request stays a claim; a used artefact that is destroyed is just gone.
    if (earlier?.kind === 'claim' && write.kind === 'put') return;
    unit.writes.set(slot, write);
  }

  async #flush(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return;
    if (!(await this.#store.apply(writes))) throw new ArtifactConflict();
  }

  /** Whether a write says nothing new but a session's expiry a few minutes later. */
  #isTouch(unit: Unit, write: Write): boolean {
    if (write.kind !== 'put' || write.artifact.model !== 'Session') return false;
    const before = unit.reads.get(`Session:id:${write.artifact.id.toString('hex')}`);
    const known = before && settled.get(before);
    if (!known) return false;
    const { exp: exp0, iat: _iat0, ...old } = known.payload;
    const { exp: exp1, iat: _iat1, ...fresh } = write.artifact.payload;
    return Math.abs(Number(exp1) - Number(exp0)) < SESSION_TOUCH_SECONDS && isDeepStrictEqual(old, fresh);
  }
}

/** What finished reads brought, as it was: the engine changes the object it gets, so a copy is kept. */
const settled = new WeakMap<Promise<StoredArtifact | undefined>, StoredArtifact>();

function remember(
  reads: Map<string, Promise<StoredArtifact | undefined>>,
  slot: string,
  read: () => Promise<StoredArtifact | undefined>,
): Promise<StoredArtifact | undefined> {
  const known = reads.get(slot);
  if (known) return known;
  const reading = read();
  reads.set(slot, reading);
  reading.then(
    (stored) => stored && settled.set(reading, structuredClone(stored)),
    () => reads.delete(slot),
  );
  return reading;
}

function slotOf(write: Write): string {
  if (write.kind === 'revoke') return `revoke:${write.model}:${write.grantId.toString('hex')}`;
  const { model, id } = 'artifact' in write ? write.artifact : write;
  return `${model}:${id.toString('hex')}`;
}

/** What the unit itself has made of an artefact; undefined when it has not touched it. */
function pendingState(unit: Unit, model: Model, id: Buffer): { stored: StoredArtifact | undefined } | undefined {
  const write = unit.writes.get(`${model}:${id.toString('hex')}`);
  if (write?.kind === 'destroy') return { stored: undefined };
  if (write && 'artifact' in write) return { stored: { id, payload: write.artifact.payload, consumedAt: undefined } };
  return undefined;
}
