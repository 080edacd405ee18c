import type { Clock } from '../kernel/clock.ts';
import { type RevocableClaims, RevocationList } from '../verifier/revocation-list.ts';
import type { Reading, StoredRevocation } from './store.ts';

/** The list as this process has it, kept up to date. */
export interface KeptRevocations {
  /** Whether a token has ended; asks the database where this process may not have heard of all. */
  isRevoked(claims: RevocableClaims): Promise<boolean>;
  /** What it holds from a position on, and the position to ask for next. */
  since(position: bigint): { readonly entries: readonly StoredRevocation[]; readonly next: bigint };
  /** Resolves at the next change, after `milliseconds` at the latest, or when `signal` aborts. */
  changed(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Lets everybody go who waits, now and from now on: the process is about to end. */
  release(): void;
  /** Whether it has looked lately enough to know of all that has ended. */
  isFresh(): boolean;
  /** Another number whenever the list is another one. */
  version(): number;
  /** The places in the status lists that are set now. */
  statusIndexes(): number[];
  /** Looks at what is stored. Rejects where that cannot be read; the list stays as it was. */
  reload(): Promise<void>;
}

interface Keeping {
  readonly read: (from: bigint) => Promise<Reading>;
  /** Asks the database about one token. */
  readonly ask: (claims: RevocableClaims) => Promise<boolean>;
  readonly clock: Clock;
}

/** Milliseconds after a look in which the list answers by itself: changes are told at once, and looked for every 30 s. */
const FRESH = 35_000;

/** Starts empty: it is to be reloaded first, and whenever something has ended. */
export function keepRevocations({ read, ask, clock }: Keeping): KeptRevocations {
  const list = new RevocationList();
  const stored = new Map<string, StoredRevocation>();
  const waiting = new Set<() => void>();
  let [next, lookedAt, version, released] = [0n, Number.NEGATIVE_INFINITY, 0, false];

  const look = async () => {
    const began = clock.now().getTime();
    const reading = await read(next);
    const news = reading.entries.filter((entry) => stored.get(nameOf(entry))?.position !== entry.position);
    for (const entry of news) stored.set(nameOf(entry), entry);
    list.add(news);
    [next, lookedAt] = [reading.next, began];
    const before = list.size;
    list.sweep(began);
    if (news.length > 0 || list.size < before) version += 1;
    for (const [name, { expiresAt }] of stored) if (expiresAt <= began) stored.delete(name);
    if (news.length > 0) for (const wake of waiting) wake();
  };
  const reload = oneAtATime(look);
  const isFresh = () => clock.now().getTime() - lookedAt < FRESH;

  return {
    async isRevoked(claims) {
      // What this node has just ended is refused by its very next answer.
      await reload.settled();
      return list.isRevoked(claims) || (!isFresh() && ask(claims));
    },
    since: (position) => ({ entries: [...stored.values()].filter((entry) => entry.position >= position), next }),
    changed(milliseconds, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, released ? 0 : milliseconds);
      waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(resolve);
      });
    },
    release() {
      released = true;
      for (const wake of waiting) wake();
    },
    isFresh,
    version: () => version,
    statusIndexes: () => [...list].flatMap(({ statusIndex }) => (statusIndex === undefined ? [] : [statusIndex])),
    reload: reload.run,
  };
}

const nameOf = ({ kind, value }: StoredRevocation) => `${kind}:${value}`;

/** Calls while `work` runs are one call after it: what it has read by then may be older than what made them call. */
function oneAtATime(work: () => Promise<void>) {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  const start = () => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  const settled = () => (queued ?? running)?.catch(() => undefined);
  const run = (): Promise<void> => {
    if (!running) return start();
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return start();
      });
    return queued;
  };
  /** `settled`: nothing is under way. */
  return { run, settled };
}
