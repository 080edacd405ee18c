import { type Clock, systemClock } from '../kernel/clock.ts';
import { type KeyRing, ringVersion } from './key-ring.ts';

/** The keys that this process signs with and publishes, kept up to date. */
export interface KeptKeyRing {
  current(): KeyRing;
  /**
   * Whether this process may still sign: it has looked at the stored keys so lately that what it signs can be verified
   * for all its life, however the others have turned the keys meanwhile. Where it has not, it looks once more: a machine
   * that slept for a day has to do no more.
   */
  canSign(): Promise<boolean>;
  /** Looks at the stored keys now. Rejects when they cannot be read or opened; the ring stays as it was. */
  reload(): Promise<void>;
}

interface Keeping {
  readonly first: KeyRing;
  readonly load: () => Promise<KeyRing>;
  /** Called with a ring that differs from the one before, before it is the current one. */
  readonly changed: (ring: KeyRing) => void;
  /** Seconds that this process may sign on after its last look: what it signs then outlives no published key. */
  readonly mayLag: number;
  readonly clock?: Clock;
}

/** Starts from a ring that was just loaded. Of reloads that overlap, all but the first are one, after it. */
export function keepKeyRing({ first, load, changed, mayLag, clock = systemClock }: Keeping): KeptKeyRing {
  let current = first;
  let lookedAt = clock.now();

  const look = async () => {
    const began = clock.now();
    const ring = await load();
    if (ringVersion(ring) !== ringVersion(current)) {
      changed(ring);
      current = ring;
    }
    lookedAt = began;
  };
  const reload = oneAfterAnother(look);
  const isFresh = () => clock.now().getTime() < lookedAt.getTime() + mayLag * 1000;
  return {
    current: () => current,
    canSign: async () => isFresh() || reload().then(isFresh, () => false),
    reload,
  };
}

/** A look that runs may have read before the change that the next one is about: that one looks again. */
function oneAfterAnother(look: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = () => {
    running = look().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return begin();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
