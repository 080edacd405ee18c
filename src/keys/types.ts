import type { JWK } from 'jose';

/** The algorithms a key is made for at first start: ES256 for access tokens, RS256 for ID tokens (OIDC Core 15.1). */
export const ALGORITHMS = ['ES256', 'RS256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** pending: published, not signing; active: signs; retiring: published until its last token expired; retired: gone. */
export type KeyState = 'pending' | 'active' | 'retiring' | 'retired';

/** A signing key as it is stored: the private part sealed, or destroyed. */
export interface SealedKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: KeyState;
  readonly publicJwk: JWK;
  readonly sealed: Buffer | undefined;
  readonly createdAt: Date;
}

/** A signing key that can sign. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: KeyState;
  readonly privateJwk: JWK;
}
