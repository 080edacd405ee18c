/** What a token belongs to, and by which of its claims it is known. */
export type RevocationKind = 'jti' | 'sid' | 'grant' | 'sub' | 'client';

/** Something that has ended before its time. */
export interface Revocation {
  readonly kind: RevocationKind;
  readonly value: string;
  /** Seconds since the epoch: tokens issued earlier are meant. Undefined: all. */
  readonly before?: number | undefined;
  /** Milliseconds since the epoch: no token of it lives longer. */
  readonly expiresAt: number;
  /** The place of its tokens in the status lists. */
  readonly statusIndex?: number | undefined;
}

/** What of an access token's claims (RFC 9068) says what it belongs to. */
export interface RevocableClaims {
  readonly jti?: string | undefined;
  readonly sid?: unknown;
  readonly sub?: string | undefined;
  readonly client_id?: unknown;
  readonly iat?: number | undefined;
}

/** The list of what has ended, in memory: as long as the longest token lives, and not longer. */
export class RevocationList {
  readonly #entries = new Map<string, Revocation>();

  /** Takes entries in; one that is there already stays as strict as it was. */
  add(revocations: Iterable<Revocation>): void {
    for (const revocation of revocations) {
      const key = keyOf(revocation.kind, revocation.value);
      const known = this.#entries.get(key);
      this.#entries.set(key, known ? stricter(known, revocation) : revocation);
    }
  }

  /** Whether something that a token belongs to has ended. */
  isRevoked({ jti, sid, sub, client_id, iat }: RevocableClaims): boolean {
    if (this.#entries.size === 0) return false;
    const grant = jti?.includes('.') ? jti.split('.')[0] : undefined;
    const named = { jti, sid, grant, sub, client: client_id };
    return Object.entries(named).some(([kind, value]) => {
      const entry = typeof value === 'string' ? this.#entries.get(keyOf(kind as RevocationKind, value)) : undefined;
      return entry !== undefined && (entry.before === undefined || iat === undefined || iat < entry.before);
    });
  }

  /** Forgets what no token can be of any more. */
  sweep(now: number): void {
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#entries.delete(key);
  }

  *[Symbol.iterator](): IterableIterator<Revocation> {
    yield* this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }
}

const keyOf = (kind: RevocationKind, value: string) => `${kind}:${value}`;

function stricter(known: Revocation, fresh: Revocation): Revocation {
  const all = known.before === undefined || fresh.before === undefined;
  return {
    ...known,
    statusIndex: known.statusIndex ?? fresh.statusIndex,
    before: all ? undefined : Math.max(known.before ?? 0, fresh.before ?? 0),
    expiresAt: Math.max(known.expiresAt, fresh.expiresAt),
  };
}
