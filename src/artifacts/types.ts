/** The engine's models. A value of one kind is never found under another (checklist 14). */
export type Model =
  | 'AccessToken'
  | 'AuthorizationCode'
  | 'BackchannelAuthenticationRequest'
  | 'ClientCredentials'
  | 'DeviceCode'
  | 'Grant'
  | 'InitialAccessToken'
  | 'Interaction'
  | 'PreAuthorizedCode'
  | 'PushedAuthorizationRequest'
  | 'RefreshToken'
  | 'RegistrationAccessToken'
  | 'ReplayDetection'
  | 'Session';

/** What can be lost without anybody losing a sign-in; these move to Redis where there is one. */
export const shortLived: ReadonlySet<Model> = new Set<Model>([
  'AuthorizationCode',
  'DeviceCode',
  'Interaction',
  'PushedAuthorizationRequest',
  'ReplayDetection',
]);

/**
 * What a person is signed in with, or about to be: an interaction holds who has just proved a password. Consent, the
 * grant, is not of it: it is asked of a person, not of a session.
 */
export const signedInWith: ReadonlySet<Model> = new Set<Model>([
  'AccessToken',
  'AuthorizationCode',
  'Interaction',
  'RefreshToken',
  'Session',
]);

/** One stored artefact. Every Buffer is a SHA-256 digest: no value here opens anything. */
export interface Artifact {
  readonly model: Model;
  readonly id: Buffer;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly accountId: string | undefined;
  readonly clientId: string | undefined;
  readonly grantId: Buffer | undefined;
  readonly uid: Buffer | undefined;
  readonly userCode: Buffer | undefined;
  /** Undefined: never. */
  readonly expiresAt: Date | undefined;
}

/** What a look-up brings back. */
export interface StoredArtifact {
  readonly id: Buffer;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId: Buffer | undefined;
  readonly consumedAt: Date | undefined;
}

/** By what an artefact can be found. */
export type Key = 'id' | 'uid' | 'userCode';

/**
 * What a request wants written.
 * - `put` inserts or replaces;
 * - `claim` inserts, and is lost when a live one is there already (replay detection);
 * - `consume` marks as used, and is lost when it is used, expired or gone;
 * - `require` writes nothing, and is lost when it is not there any more;
 * - `destroy` removes one; `revoke` removes all of the models that belong to a grant.
 */
export type Write =
  | { readonly kind: 'put'; readonly artifact: Artifact }
  | { readonly kind: 'claim'; readonly artifact: Artifact }
  | { readonly kind: 'consume'; readonly model: Model; readonly id: Buffer }
  | { readonly kind: 'require'; readonly model: Model; readonly id: Buffer }
  | { readonly kind: 'destroy'; readonly model: Model; readonly id: Buffer }
  | { readonly kind: 'revoke'; readonly model: Model; readonly grantId: Buffer };

/** Where artefacts live. Expired ones are gone at once, swept or not. */
export interface ArtifactStore {
  find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined>;
  /**
   * Applies all writes, or none. Each artefact occurs in one write at most, and one `require`.
   * @returns false when a `consume`, a `claim` or a `require` was lost to somebody else. Then nothing was written but the claims
   * that were won: losing a race does not make a proof fresh.
   */
  apply(writes: readonly Write[]): Promise<boolean>;
}
