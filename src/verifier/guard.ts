import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Admission, admit } from './admit.ts';
import type { VerifierError } from './errors.ts';
import type { AccessTokenClaims, Presented, Verifier } from './types.ts';

export interface GuardOptions {
  /** What the token has to hold, all of it. */
  readonly scopes?: readonly string[];
  /**
   * Where clients know this API, such as `https://api.example.com`: what DPoP proofs are for. Without it tokens that are
   * bound by DPoP are refused: a `Host` header is anybody's to write.
   */
  readonly origin?: string;
  /** The client's certificate, where a proxy in front ended TLS; else it is the connection's. */
  readonly certificate?: (request: IncomingMessage) => Presented['certificate'];
  /** For the log: callers are not told why. Not called where no token was shown. */
  readonly onRefusal?: (error: VerifierError, correlationId: string) => void;
}

/** What the middleware leaves for the application: at `ctx.state`, or at the request itself. */
export interface Admitted {
  readonly claims: AccessTokenClaims;
  readonly correlationId: string;
}

const CORRELATION = 'x-correlation-id';
const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's id when it is a harmless one, else a new one; the request carries it on, as a proxy sends it upstream. */
export function correlate({ headers }: IncomingMessage): string {
  const given = headers[CORRELATION];
  const id = typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
  headers[CORRELATION] = id;
  return id;
}

/** @param path as the client asked for it, before anything was mounted or rewritten */
export async function judge(
  verifier: Verifier,
  options: GuardOptions,
  request: IncomingMessage,
  path: string,
  correlationId: string,
): Promise<Admission> {
  const { scopes, origin, certificate = connectionCertificate, onRefusal } = options;
  const { authorization, dpop } = request.headers;
  const admission = await admit(verifier, {
    authorization,
    dpop: typeof dpop === 'string' ? dpop : undefined,
    method: request.method ?? '',
    url: origin === undefined ? undefined : origin.replace(/\/$/, '') + path,
    certificate: certificate(request),
    correlationId,
    scopes,
  });
  if (!admission.claims && admission.error) onRefusal?.(admission.error, correlationId);
  return admission;
}

/** What the client proved in its TLS handshake, on a server that asks for it (`requestCert`). */
function connectionCertificate({ socket }: IncomingMessage): Presented['certificate'] {
  if (!('getPeerX509Certificate' in socket)) return undefined;
  return (socket.getPeerX509Certificate as () => Presented['certificate'])();
}
