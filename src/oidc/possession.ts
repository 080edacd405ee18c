import { createHash, type X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AdapterFactory } from 'oidc-provider';
import type { Config } from '../config/index.ts';
import { type CertificateReader, certificateReader } from '../http/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { nonceSecret } from './dpop.ts';
import { dpopNonces } from './dpop-nonce.ts';
import { checkDpopProof, type DpopProof, type ProvenRequest } from './dpop-proof.ts';
import { type Claim, claimer } from './replay.ts';

/** Whatever carries a request's headers. */
interface Asked {
  readonly req: IncomingMessage;
  get(header: string): string;
}

type PossessionSettings = Pick<Config, 'masterKeys' | 'trustProxy' | 'mtls'>;

/**
 * How callers show that they hold the key a token is bound to: a DPoP proof (RFC 9449), a certificate (RFC 8705). The
 * engine looks for itself at its endpoints; this is for all others, by the same rules.
 */
export interface Possession {
  readonly certificateOf: CertificateReader;
  /** Notes that a proof was shown. */
  readonly claim: Claim;
  /** Whether the request has a header `DPoP`. */
  hasProof(ctx: Asked): boolean;
  /**
   * Checks that header. The proof is good once more until it is claimed.
   * @throws DpopProofError
   */
  checkProof(ctx: Asked, request: ProvenRequest): Promise<DpopProof>;
}

export function possessionOf(config: PossessionSettings, adapter: AdapterFactory, clock: Clock): Possession {
  const nonces = dpopNonces(nonceSecret(config.masterKeys));
  return {
    certificateOf: certificateReader(config),
    claim: claimer(adapter),
    hasProof: (ctx) => ctx.get('DPoP') !== '',
    checkProof: (ctx, request) => checkDpopProof(ctx.get('DPoP'), request, nonces, clock.now()),
  };
}

/** A certificate as `x5t#S256` names it (RFC 8705 §3.1). */
export function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('base64url');
}
