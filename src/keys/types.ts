import type { JWK } from 'jose';

/** pending: published, not signing; active: signs; retiring: published until its last token expired; retired: gone. */
export type KeyState = 'pending' | 'active' | 'retiring' | 'retired';

/** Where a key is in its life. A date is there once the key has come so far. */
export interface KeyLife {
  readonly kid: string;
  readonly alg: string;
  readonly state: KeyState;
  /** Published since. */
  readonly createdAt: Date;
  readonly activatedAt: Date | undefined;
  readonly retiringAt: Date | undefined;
  readonly retiredAt: Date | undefined;
  /** Set where it was retired in an emergency: what it signed until then is refused, however long it had to live. */
  readonly revokedAt: Date | undefined;
}

/** What everybody may know of a key. */
export interface PublicKey extends KeyLife {
  readonly publicJwk: JWK;
}

/** A signing key as it is stored: its private part sealed, or a URI of where else it is kept, or destroyed. */
export interface StoredKey extends PublicKey {
  readonly sealed: Buffer | undefined;
  readonly uri: string | undefined;
}

/** A signing key that can sign, whatever keeps its private part. */
export interface SigningKey extends PublicKey {
  readonly sign: Sign;
}

/** The JWS signature of these bytes, by the key's algorithm (RFC 7518 §3); ECDSA's is R and S, one after the other. */
export type Sign = (data: Uint8Array) => Promise<Uint8Array>;

/** A key that cannot be opened: it signs nothing, and what it signed is verified as long as its public part is whole. */
export interface BrokenKey extends KeyLife {
  readonly publicJwk: JWK | undefined;
  /** What has become of it, as the end of a sentence about the key. */
  readonly problem: string;
}

/** A token that lives on its own: who holds it needs nobody but the key to have it verified. */
export interface SignedToken {
  readonly kid: string;
  readonly clientId: string;
  readonly kind: 'access_token' | 'id_token';
  readonly expiresAt: Date;
}
