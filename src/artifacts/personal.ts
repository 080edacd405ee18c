import type { Knex } from 'knex';

/** Which of a user's sessions, by the engine's `uid`: one alone, or all but one. */
export type WhichSessions = { readonly only: string } | { readonly except: string };

/** What a browser said of itself when its session was last written. */
export interface Sighting {
  /** Seconds since the epoch. */
  readonly at: number;
  /** User-Agent, its first 200 characters. */
  readonly agent?: string | undefined;
  /** The network's address. */
  readonly address?: string | undefined;
}

/** Somewhere a person is signed in. */
export interface PersonalSession {
  /** The engine's name for it, which opens nothing. */
  readonly uid: string;
  readonly signedInAt: Date;
  /** Up to five minutes behind: a session in use is not written every time. */
  readonly seen: Sighting | undefined;
  readonly expiresAt: Date | undefined;
}

/** What an application may have of a person, by one consent. */
export interface PersonalGrant {
  /** The digest that it is stored under, as base64url, which opens nothing. */
  readonly id: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Scopes by API. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
  readonly givenAt: Date;
  readonly expiresAt: Date | undefined;
}

/** A token that an application has, but for its value. */
export interface PersonalToken {
  readonly kind: 'access_token' | 'refresh_token';
  readonly clientId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date | undefined;
}

/** What the engine keeps of one person, for that person to see and to end. Writing joins the caller's transaction. */
export interface PersonalArtifacts {
  sessions(db: Knex, userId: string): Promise<PersonalSession[]>;
  grants(db: Knex, userId: string): Promise<PersonalGrant[]>;
  tokens(db: Knex, userId: string): Promise<PersonalToken[]>;
  /** Ends what an application has of a user: every consent, code and token. */
  takeBack(transaction: Knex.Transaction, userId: string, clientId: string): Promise<void>;
  /** Ends one consent with its codes and tokens. @returns false where the user has none of that id. */
  endGrant(transaction: Knex.Transaction, userId: string, id: string): Promise<boolean>;
  /** Gives a session another id: who had the old one is out. @returns false where there is no such session. */
  renameSession(transaction: Knex.Transaction, userId: string, uid: string, id: string): Promise<boolean>;
  /** Removes all there is. */
  erase(transaction: Knex.Transaction, userId: string): Promise<void>;
}

/** Whether an artefact belongs to the sessions that are meant; where nothing is said, all are. */
export function isOfSessions(
  which: WhichSessions | undefined,
  { kind, uid, sessionUid, session }: Readonly<Record<string, unknown>>,
): boolean {
  if (!which) return true;
  const its = kind === 'Session' ? uid : (sessionUid ?? (session as { uid?: unknown } | undefined)?.uid);
  return 'only' in which ? its === which.only : its !== which.except;
}
