import type { EventRow } from '../events/index.ts';

/** The engine's models, and one of ours: what a refresh was answered. A value of one kind is never found under another (checklist 14). */
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
  | 'RefreshAnswer'
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
  /** The session that it ends with. */
  readonly sessionUid?: Buffer | undefined;
  /** Of a grant: the place of its tokens in the status lists. One that was stored stays. */
  readonly statusIndex?: number | undefined;
  /** Undefined: never. */
  readonly expiresAt: Date | undefined;
}

/** What a look-up brings back. */
export interface StoredArtifact {
  readonly id: Buffer;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId: Buffer | undefined;
  /** When it was used; of a grant, when it ended: its owner still sees it, and nothing more is issued under it. */
  readonly consumedAt: Date | undefined;
  readonly statusIndex?: number | undefined;
}

/** What the engine asks for after a code or a token: found with it, or known not to be there. */
export interface Related {
  readonly model: Model;
  readonly key: Key;
  readonly digest: Buffer;
  readonly stored: StoredArtifact | undefined;
}

/** An artefact with what it hangs on: its grant, and the session it ends with. */
export interface Bundle {
  readonly stored: StoredArtifact | undefined;
  readonly related: readonly Related[];
}

/** What hangs on others. */
export const bundled: ReadonlySet<Model> = new Set<Model>(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/**
 * What has ended before its time, so that tokens of it that nobody stores are refused as well: by which of their claims they
 * are known, and its value there. `grantId`, or the index itself, says which place in the status lists is theirs.
 */
export interface Ending {
  readonly kind: 'jti' | 'sid' | 'grant';
  readonly value: string;
  readonly grantId?: Buffer | undefined;
  readonly statusIndex?: number | undefined;
}

/** What a request has to be the one to do: to remove an artefact, or to put on the list what has ended. */
export type Done = { readonly model: Model; readonly id: Buffer } | Pick<Ending, 'kind' | 'value'>;

/** By what an artefact can be found. */
export type Key = 'id' | 'uid' | 'userCode';

/**
 * What a request wants written.
 * - `put` inserts or replaces;
 * - `claim` inserts, and is lost when a live one is there already (replay detection);
 * - `consume` marks as used, and is lost when it is used, expired or gone;
 * - `require` writes nothing, and is lost when it is not there any more;
 * - `destroy` removes one; `revoke` removes all of the models that belong to a grant;
 * - `end` puts on the list of what has ended; `job` queues what is to be done behind the answer;
 * - `event` writes down what has happened: where `of` is named, only if it was this that did it.
 */
export type Write =
  | { readonly kind: 'put'; readonly artifact: Artifact }
  | { readonly kind: 'claim'; readonly artifact: Artifact }
  | { readonly kind: 'consume'; readonly model: Model; readonly id: Buffer }
  | { readonly kind: 'require'; readonly model: Model; readonly id: Buffer }
  | { readonly kind: 'destroy'; readonly model: Model; readonly id: Buffer }
  | { readonly kind: 'revoke'; readonly model: Model; readonly grantId: Buffer }
  | { readonly kind: 'end'; readonly ending: Ending }
  | { readonly kind: 'job'; readonly task: string; readonly payload: object; readonly attempts: number }
  | { readonly kind: 'event'; readonly row: EventRow; readonly of?: Done };

/** Where artefacts live. Expired ones are gone at once, swept or not. */
export interface ArtifactStore {
  find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined>;
  /** The same by id, in one look with what it hangs on; where a store can. */
  findBundle?(model: Model, id: Buffer): Promise<Bundle>;
  /**
   * Applies all writes, or none. Each artefact occurs in one write at most, and one `require`.
   * @returns false when a `consume`, a `claim` or a `require` was lost to somebody else. Then nothing was written but the claims
   * that were won: losing a race does not make a proof fresh.
   */
  apply(writes: readonly Write[]): Promise<boolean>;
}
