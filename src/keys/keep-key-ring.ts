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

/** Starts from a ring that was just loaded. Reloads that overlap are one. */
export function keepKeyRing({ first, load, changed, mayLag, clock = systemClock }: Keeping): KeptKeyRing {
  let current = first;
  let lookedAt = clock.now();
  let running: Promise<void> | undefined;

  const look = async () => {
    const began = clock.now();
    const ring = await load();
    if (ringVersion(ring) !== ringVersion(current)) {
      changed(ring);
      current = ring;
    }
    lookedAt = began;
  };
  const reload = () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };
  const isFresh = () => clock.now().getTime() < lookedAt.getTime() + mayLag * 1000;
  return {
    current: () => current,
    canSign: async () => isFresh() || reload().then(isFresh, () => false),
    reload,
  };
}
