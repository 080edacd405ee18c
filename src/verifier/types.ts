import type { X509Certificate } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** What an access token says (RFC 9068 §2.2); whatever else it holds is there too. */
export interface AccessTokenClaims extends JWTPayload {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | string[];
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly client_id: string;
  readonly scope?: string;
  /** The session it came from, where a person signed in. */
  readonly sid?: string;
}

/** What shows that a token's bearer holds the key it is bound to by DPoP (RFC 9449 §7.1). */
export interface DpopProof {
  /** The `DPoP` header. */
  readonly proof: string;
  readonly method: string;
  /** The whole address that was asked for, as the client knows it. */
  readonly url: string;
}

/** What came with a token. */
export interface Presented {
  readonly dpop?: DpopProof | undefined;
  /** The client's certificate, whose key the TLS handshake has proved: DER, PEM, or Node's own (RFC 8705 §3). */
  readonly certificate?: Buffer | string | X509Certificate | undefined;
  /** Sent on as `X-Correlation-ID`, where verifying has to fetch something. */
  readonly correlationId?: string | undefined;
}

/**
 * Knows which tokens were taken back before they expired. `verify` asks it of every token that is good otherwise, so it
 * should answer from memory.
 */
export interface Revocations {
  /** Where it cannot tell it throws: the token is then neither accepted nor refused (503). */
  isRevoked(claims: AccessTokenClaims): boolean | Promise<boolean>;
  /** Resolves once it knows all there is to know; `verifier.ready()` waits for it. */
  ready?(): Promise<void>;
  close(): void;
}

export interface Verifier {
  /** As its options had them. */
  readonly audience: readonly string[];
  readonly proofAlgorithms: readonly string[];
  /**
   * The claims of a good access token. With keys in memory it does no I/O.
   * @throws TokenRefused, or Unavailable when nobody can tell.
   */
  verify(token: string, presented?: Presented): Promise<AccessTokenClaims>;
  /** Resolves when keys, and revocations where there are any, are in memory: before that the first token waits. */
  ready(): Promise<void>;
  /** Fetches the keys now, such as on an operator's word that one was revoked. Rejects, and keeps those it has. */
  refresh(): Promise<void>;
  close(): void;
}
