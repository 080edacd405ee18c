/** Metadata in RFC 7591 names, its secrets hashed. */
export type ClientMetadata = { readonly client_id: string } & Readonly<Record<string, unknown>>;

/** By what a client is made and changed. */
export type ManagedBy = 'file' | 'command' | 'api';

/** A client as an operator may see it: nothing of its secrets but that they are there. */
export interface RegisteredClient {
  readonly clientId: string;
  /** Without secrets. */
  readonly metadata: ClientMetadata;
  readonly managedBy: ManagedBy;
  readonly status: 'active' | 'disabled';
  readonly hasSecret: boolean;
  /** Until when the secret before works; undefined where there is none that does. */
  readonly retiringUntil: Date | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
