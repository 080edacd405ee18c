/**
 * Why a token was refused. Stable: logs and programs may branch on it. It is for whoever runs the gateway; a caller is
 * told `error` and no more.
 */
export type RefusalCode =
  | 'token_malformed'
  | 'token_too_large'
  | 'token_algorithm'
  | 'token_type'
  | 'token_key_unknown'
  | 'token_signature'
  | 'token_claim'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_revoked'
  | 'confirmation_unknown'
  | 'proof_missing'
  | 'proof_unexpected'
  | 'proof_key_mismatch'
  | 'proof_invalid'
  | 'proof_replayed'
  | 'certificate_missing'
  | 'certificate_mismatch';

/** What stands in the way of telling whether a token is good. */
export type UnavailableCode = 'keys_unavailable' | 'issuer_mismatch' | 'revocations_unavailable' | 'proofs_full';

/** Whatever `verify` rejects with. `code` is stable, `status` is the HTTP status that says it. */
export abstract class VerifierError extends Error {
  abstract readonly code: RefusalCode | 'insufficient_scope' | UnavailableCode;
  abstract readonly status: 401 | 403 | 503;
}

/** The token is not good, or was shown without the proof it is bound to. Another token may be. */
export class TokenRefused extends VerifierError {
  readonly code: RefusalCode;
  readonly status = 401;
  /** The claim that is wrong, where one is. */
  readonly claim: string | undefined;

  constructor(code: RefusalCode, message: string, options: ErrorOptions & { readonly claim?: string } = {}) {
    super(message, options);
    this.name = 'TokenRefused';
    this.code = code;
    this.claim = options.claim;
  }

  /** What a caller may know: RFC 6750 §3.1, RFC 9449 §7.1. */
  get error(): 'invalid_token' | 'invalid_dpop_proof' {
    return this.code === 'proof_invalid' || this.code === 'proof_replayed' ? 'invalid_dpop_proof' : 'invalid_token';
  }
}

/** The token is good, but does not hold what this request needs (RFC 6750 §3.1). */
export class InsufficientScope extends VerifierError {
  readonly code = 'insufficient_scope';
  readonly status = 403;
  /** What the request needs, all of it. */
  readonly scopes: readonly string[];

  constructor(scopes: readonly string[]) {
    super(`the token lacks a scope of: ${scopes.join(' ')}`);
    this.name = 'InsufficientScope';
    this.scopes = scopes;
  }
}

/** Nobody can tell now whether the token is good: it is neither accepted nor refused. */
export class Unavailable extends VerifierError {
  readonly code: UnavailableCode;
  readonly status = 503;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number;

  constructor(code: UnavailableCode, message: string, options: ErrorOptions & { readonly retryAfter?: number } = {}) {
    super(message, options);
    this.name = 'Unavailable';
    this.code = code;
    this.retryAfter = Math.max(1, Math.ceil(options.retryAfter ?? 1));
  }
}
