import { type Challenge, challengeOf, type Scheme } from './challenge.ts';
import { InsufficientScope, TokenRefused, type Unavailable, VerifierError } from './errors.ts';
import { requireScopes } from './scopes.ts';
import type { AccessTokenClaims, Presented, Verifier } from './types.ts';

/** What of a request decides. */
export interface Asking {
  /** The headers of these names. */
  readonly authorization: string | undefined;
  readonly dpop?: string | undefined;
  readonly method: string;
  /** The whole address, as the client knows it; without it there is no DPoP. */
  readonly url?: string | undefined;
  readonly certificate?: Presented['certificate'];
  readonly correlationId?: string | undefined;
  /** What the token has to hold, all of it. */
  readonly scopes?: readonly string[] | undefined;
}

/** In, with the token's claims; or what to answer, and the reason, which is not for the caller. */
export type Admission =
  | { readonly claims: AccessTokenClaims }
  | {
      readonly claims: undefined;
      readonly status: 401 | 403 | 503;
      readonly headers: Readonly<Record<string, string>>;
      /** Undefined where no token was shown. */
      readonly error: VerifierError | undefined;
    };

/** A request to an API, judged by its `Authorization` header (RFC 6750 §2.1, RFC 9449 §7.1) and by nothing else. */
export async function admit(verifier: Verifier, asking: Asking): Promise<Admission> {
  const schemes: readonly Scheme[] = asking.url === undefined ? ['Bearer'] : ['Bearer', 'DPoP'];
  const shown = credentialsOf(asking.authorization);
  if (!shown || !schemes.includes(shown.scheme)) {
    return refuse(401, undefined, { 'WWW-Authenticate': challengeOf(verifier, schemes, {}) });
  }
  try {
    const claims = await verifier.verify(shown.token, presentedBy(asking, shown.scheme));
    requireScopes(claims, ...(asking.scopes ?? []));
    return { claims };
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    if (error.status === 503) return refuse(503, error, { 'Retry-After': String((error as Unavailable).retryAfter) });
    const challenge = challengeOf(verifier, schemes, { scheme: shown.scheme, ...told(error) });
    return refuse(error.status, error, { 'WWW-Authenticate': challenge });
  }
}

function credentialsOf(authorization = ''): { scheme: Scheme; token: string } | undefined {
  const [, name = '', token = ''] = /^(bearer|dpop) +(\S+) *$/i.exec(authorization) ?? [];
  return token ? { scheme: name.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token } : undefined;
}

/** A proof counts for the scheme DPoP alone: a bound token that is shown as a bearer token has none (RFC 9449 §7.2). */
function presentedBy({ dpop, method, url, certificate, correlationId }: Asking, scheme: Scheme): Presented {
  const proof = scheme === 'DPoP' ? { proof: dpop ?? '', method, url: url ?? '' } : undefined;
  return { dpop: proof, certificate, correlationId };
}

function told(error: VerifierError): Challenge {
  if (error instanceof TokenRefused) return { error: error.error };
  if (error instanceof InsufficientScope) return { error: error.code, scope: error.scopes.join(' ') };
  return {};
}

const refuse = (
  status: 401 | 403 | 503,
  error: VerifierError | undefined,
  headers: Record<string, string>,
): Admission => ({
  claims: undefined,
  status,
  error,
  headers: { ...headers, 'Cache-Control': 'no-store' },
});
