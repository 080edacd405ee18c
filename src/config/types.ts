import type { LogLevel } from './environment.ts';
import type { EventSettings } from './events.ts';
import type { HsmSettings } from './hsm.ts';
import type { DeclaredKeyFile } from './key-files.ts';
import type { MtlsSettings } from './mtls.ts';
import type { Rotation } from './rotation.ts';
import type { SigningKeySettings } from './signing-keys.ts';
import type { SinkDeclaration } from './sinks.ts';

/** Client metadata as the declarative file has it: RFC 7591 and OIDC Registration names, and Gatehouse's own. */
export interface ClientDeclaration {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly first_party?: boolean;
  readonly require_pkce?: boolean;
  readonly [metadata: string]: unknown;
}

/** An API that access tokens are issued for (RFC 8707). */
export interface ResourceDeclaration {
  readonly identifier: string;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly access_token_ttl: number;
  /** ES256 where nothing is said; RS256 for an API whose gateway knows no other (RFC 9068 §2.1). */
  readonly access_token_signing_alg?: 'ES256' | 'RS256';
  readonly default: boolean;
  /** Claims about the person that its access tokens hold. */
  readonly claims?: readonly string[];
}

/** Everything the process was told, checked and frozen. Built once by `loadConfig`. */
export interface Config {
  readonly production: boolean;
  readonly issuer: string;
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly dataDir: string;
  /** Undefined: the embedded PostgreSQL in `dataDir` (development only). */
  readonly databaseUrl: string | undefined;
  /** Empty: PostgreSQL serves instead. More than one: a cluster's seeds. */
  readonly redisUrls: readonly string[];
  /** Undefined: the development mailbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** 32 bytes each, newest first. */
  readonly masterKeys: readonly Buffer[];
  /** Private keys in `keys/`, to be imported. */
  readonly keyFiles: readonly DeclaredKeyFile[];
  /** Cookie signing secrets, newest first; undefined: derived from the master keys, and changing by themselves. */
  readonly cookieKeys: readonly string[] | undefined;
  /** CIDRs of the proxies whose X-Forwarded-For counts; empty: none does. */
  readonly trustProxy: readonly string[];
  readonly workers: number;
  readonly logLevel: LogLevel;
  readonly clients: readonly ClientDeclaration[];
  /** Whether somebody whose address is not proved yet is kept from applications. */
  readonly requireVerifiedEmail: boolean;
  /** Of Argon2id, for new hashes; others are replaced at the next sign-in. */
  readonly passwordHashing: { readonly memoryKib: number; readonly passes: number };
  /** Whether new passwords are looked up in those known from breaches, which asks another server. */
  readonly breachedPasswords: boolean;
  readonly signingKeys: SigningKeySettings;
  /** Undefined: signing keys are kept in the database alone. */
  readonly hsm: HsmSettings | undefined;
  /** Seconds. */
  readonly rotateEvery: Rotation;
  /** Undefined: no client's certificate counts. */
  readonly mtls: MtlsSettings | undefined;
  readonly events: EventSettings;
  /** Where events are delivered to. */
  readonly eventSinks: readonly SinkDeclaration[];
  /** Whether a file says which clients there are; without one, stored clients stay as they are. */
  readonly declared: boolean;
  readonly resources: readonly ResourceDeclaration[];
}
